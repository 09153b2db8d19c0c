using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;

namespace Mik.Cli.Commands;

/// <summary>The command line: its verbs, and how errors of any of them end the process.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs; gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Builds, composes and serves WebAssembly components that handle HTTP requests.");
        foreach (var command in arguments is ["run", ..] ? [RunCommand.Create()] : Commands())
        {
            root.Subcommands.Add(command);
        }

        GlobalOptions.AddTo(root);
        HelpWithExamples.Install(root);

        var parsed = root.Parse(arguments);
        var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
        if (arguments.Length == 0)
        {
            await root.Parse("--help").InvokeAsync();
            return ExitCode.Usage;
        }

        if (parsed.Errors.Count > 0 && (parsed.Action is not HelpWithExamples || parsed.UnmatchedTokens.Count > 0))
        {
            return Fail(terminal, new CliException(ExitCode.Usage, UsageErrors.Of(parsed)));
        }

        GuestCode.UseForScripts();
        try
        {
            // Signals are the command's own affair: it drains.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CliException exception)
        {
            return Fail(terminal, exception);
        }
        catch (Exception exception)
        {
            return Fail(terminal, new CliException(
                ExitCode.Failed,
                new CliError(
                    "mik itself failed", parsed.GetValue(GlobalOptions.Verbose) ? exception.ToString() : exception.Message,
                    "run it again with -v and report what it prints")
                { Code = "internal-error" }));
        }
    }

    // A server that starts is waited for, and nothing is said about its other verbs.
    private static Command[] Commands() =>
    [
        NewCommand.Create(),
        NewCommand.CreateInit(),
        BuildCommand.Create(),
        RunCommand.Create(),
        DevCommand.Create(),
        TestCommand.Create(),
        TypesCommand.Create(),
        ComposeCommand.Create(),
        InspectCommand.Create(),
        AddCommand.Create(),
        RemoveCommand.Create(),
        SyncCommand.Create(),
        UpdateCommand.Create(),
        OutdatedCommand.Create(),
        PublishCommand.Create(),
        DeployCommand.Create(),
        CacheCommand.Create(),
        DoctorCommand.Create(),
        ExplainCommand.Create(),
        CompletionsCommand.Create(),
        HelpCommand.Create(),
        VersionCommand.Create(),
    ];

    private static int Fail(Terminal terminal, CliException exception)
    {
        foreach (var error in exception.Errors)
        {
            terminal.Error(error);
        }

        return exception.ExitCode;
    }
}
