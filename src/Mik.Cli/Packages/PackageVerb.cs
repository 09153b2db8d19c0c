using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Configuration.Model;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;

namespace Mik.Cli.Packages;

/// <summary>What all commands of packages do alike: the project, the session, signals, and errors.</summary>
internal static class PackageVerb
{
    /// <summary>Runs a command of a project's dependencies.</summary>
    public static Task<int> RunAsync(
        ParseResult parsed, Func<MikConfiguration, PackageSession, Terminal, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
        return RunAsync(
            terminal, (session, token) => action(ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal), session, terminal, token),
            cancellationToken);
    }

    /// <summary>Runs a command with a session.</summary>
    /// <exception cref="CliException">It failed.</exception>
    public static async Task<int> RunAsync(Terminal terminal, Func<PackageSession, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        using var signals = new BuildSignals(cancellationToken);
        try
        {
            using var progress = new DownloadProgress(terminal);
            using var session = PackageSession.FromEnvironment(progress);
            session.Waiting = terminal.Progress;
            return await action(session, signals.Token);
        }
        catch (PackageException exception)
        {
            throw new CliException(ExitCode.Failed, PackageErrors.ToError(exception));
        }
        catch (PackageFailuresException exception)
        {
            throw new CliException(ExitCode.Failed, [.. exception.Failures.Select(PackageErrors.ToError)]);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Failed, new CliError("stopped", "a signal asked for it; the project is as it was") { Code = "stopped" });
        }
    }
}
