using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Server.Pipeline;

namespace Mik.Cli.Commands;

/// <summary><c>mik version</c>: which mik this is, and what it runs on.</summary>
internal static class VersionCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print it as JSON" };
        var command = new Verb("version", "Show the version of mik and what it runs on", ("mik version", "For people, and for reports of faults")) { json };
        command.SetAction(parsed =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            terminal.Line(parsed.GetValue(json)
                ? JsonSerializer.Serialize(
                    new
                    {
                        version = BuiltInHandler.Version,
                        runtime = RuntimeInformation.FrameworkDescription,
                        platform = RuntimeInformation.RuntimeIdentifier
                    }, ReportOutput.Json)
                : $"mik {BuiltInHandler.Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
        });
        return command;
    }
}
