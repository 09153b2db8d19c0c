using System.CommandLine;
using System.Text.Json;
using Mik.Cli.Checking;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;

namespace Mik.Cli.Commands;

/// <summary><c>mik doctor</c>: whether this machine and this project have what they need. What it ticks, it has tried.</summary>
internal static class DoctorCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON" };
        var fix = new Option<bool>("--fix") { Description = "Mend what can be mended without harm" };
        var command = new Verb(
            "doctor",
            "Check this machine and the project: runtime, caches, toolchains, mik.toml, port",
            ("mik doctor", "What is there, what is missing, and how to get it; each toolchain builds something tiny"),
            ("mik doctor --fix", "Mend what can be mended without harm, then check again"),
            ("mik doctor --json", "The same for a program"))
        {
            json, fix,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var config = parsed.GetValue(GlobalOptions.Config);
            var findings = await CheckAsync(config, cancellationToken);
            if (parsed.GetValue(fix) && findings.Any(finding => finding.Mend is not null))
            {
                foreach (var finding in findings.Where(finding => finding.Mend is not null))
                {
                    terminal.Progress($"{finding.What}: {await finding.Mend!(cancellationToken)}");
                }

                findings = await CheckAsync(config, cancellationToken);
            }

            Tell(findings, parsed.GetValue(json), terminal);
            return findings.Any(finding => finding.Health == Health.Wrong) ? ExitCode.Failed : ExitCode.Fine;
        });
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> CheckAsync(FileInfo? config, CancellationToken cancellationToken)
    {
        var (project, findings) = ProjectChecks.Run(config);
        return [.. MachineChecks.Run(), .. await ToolchainChecks.RunAsync(project, cancellationToken), .. findings];
    }

    private static void Tell(IReadOnlyList<Finding> findings, bool isJson, Terminal terminal)
    {
        if (isJson)
        {
            terminal.Line(
                JsonSerializer.Serialize(
                    findings.Select(
                        finding =>
                            new { what = finding.What, health = finding.Health.ToString().ToLowerInvariant(), detail = finding.Detail, next = finding.Next }),
                            ReportOutput.Json));
            return;
        }

        var width = findings.Max(finding => finding.What.Length);
        foreach (var finding in findings)
        {
            var mark = finding.Health switch
            {
                Health.Fine => terminal.Good("✓"),
                Health.Wrong => terminal.Bad("✗"),
                _ => "-",
            };
            terminal.Line(
                $"{mark} {finding.What.PadRight(width)}  {finding.Detail}{(finding.Next is { } next ? $"\n  {new string(' ', width)}  try: {next}" : "")}");
        }
    }
}
