using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Mik.Build;
using Mik.Build.Toolchains;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Cli.Running;
using Mik.Configuration.Model;
using Mik.Server.Watching;

namespace Mik.Cli.Commands;

/// <summary><c>mik dev</c>: builds, serves with hot reload, and builds again after each change of a source.</summary>
internal static class DevCommand
{
    // What builds write, and what is served without a build.
    private static readonly string[] NotSources = ["dist", "build", "target", "bin", "obj", "out", "node_modules", ".mik", ".git", "modules", "scripts", "static"];

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Verb(
            "dev",
            "Build and serve the project; build and serve again after each change",
            ("mik dev", "The project of the current folder"),
            ("mik dev --port 0", "On a free port"));
        var options = new RunOptions(command, withPaths: false);
        var logFlags = new LogFlags(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var project = ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal);
            using var gate = new SemaphoreSlim(1);
            await BuildAsync(project, gate, terminal, cancellationToken);
            using var watch = new FileWatch(
                Sources(project),
                project.Server.WatchDebounce,
                changes => changes.Any(path => IsSource(project, path)) ? BuildAsync(project, gate, terminal, cancellationToken) : Task.CompletedTask,
                NullLogger.Instance);
            return await RunCommand.RunAsync(options, parsed, logFlags, terminal, isHot: true, cancellationToken);
        });
        return command;
    }

    private static IEnumerable<string> Sources(MikConfiguration project) => Directory.EnumerateFileSystemEntries(project.Folder).Where(path => IsSource(project, path));

    private static bool IsSource(MikConfiguration project, string path)
    {
        var first = Path.GetRelativePath(project.Folder, path).Split(Path.DirectorySeparatorChar)[0];
        return first.Length > 0 && first != ".." && !NotSources.Contains(first, StringComparer.Ordinal) && first is not (MikConfiguration.FileName or "mik.lock");
    }

    /// <summary>A build that fails is told, and what was built before goes on being served.</summary>
    private static async Task BuildAsync(MikConfiguration project, SemaphoreSlim gate, Terminal terminal, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var built = await ProjectBuild.RunAsync(project, new BuildOptions(IsRelease: false, OutputToErrors: true), step => terminal.Progress($"running: {step}"), cancellationToken);
            ComponentFile.Write(new FileInfo(Path.Combine(project.Folder, ProjectModules.OutputFolder, $"{project.Name}.wasm")), built.Bytes);
        }
        catch (BuildException exception)
        {
            terminal.Error(new CliError(exception.What, exception.Why, exception.Next) { Code = exception.Code });
        }
        catch (CliException exception)
        {
            terminal.Error(exception.Errors[0]);
        }
        finally
        {
            gate.Release();
        }
    }
}
