using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Cli.Running;

namespace Mik.Cli.Commands;

/// <summary><c>mik dev</c>: builds, serves with hot reload, builds again after each change of a source, and runs the tests that a change touches.</summary>
internal static class DevCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Verb(
            "dev",
            "Build and serve the project; build, serve and test again after each change",
            ("mik dev", "The project of the current folder; r builds, t tests, o opens it in a browser, q ends"),
            ("mik dev --port 0", "On a free port"));
        var options = new RunOptions(command, isDeveloping: true);
        var logFlags = new LogFlags(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var project = ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal);
            using var session = new DevSession(project, terminal, cancellationToken);
            using var watch = session.Watch();
            await session.BuildFirstAsync();
            var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var keys = new DevKeys(session, terminal, stop);
            return await RunCommand.RunAsync(options, parsed, logFlags, terminal, new Development(keys.Listen, stop.Task), cancellationToken);
        });
        return command;
    }
}
