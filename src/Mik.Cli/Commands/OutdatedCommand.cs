using System.CommandLine;
using System.Text.Json;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Packages;

namespace Mik.Cli.Commands;

/// <summary><c>mik outdated</c>: what is locked beside what there is.</summary>
internal static class OutdatedCommand
{
    private const int ShortLength = 19;

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Tell the result as JSON" };
        var exitCode = new Option<bool>("--exit-code") { Description = "End with 1 when something is outdated" };
        var command = new Verb(
            "outdated",
            "Show dependencies whose version has moved, or that have a newer version",
            ("mik outdated", "All dependencies that are not up to date"),
            ("mik outdated --exit-code", "In a build server: fail when there are some"),
            ("mik outdated --json", "All dependencies, for a program"))
        {
            json, exitCode,
        };
        command.SetAction((parsed, cancellationToken) => PackageVerb.RunAsync(
            parsed,
            async (project, session, terminal, token) =>
            {
                var packages = await new OutdatedPackages(session, project).FindAsync(token);
                if (parsed.GetValue(json))
                {
                    terminal.Line(JsonSerializer.Serialize(packages, ReportOutput.Json));
                }
                else
                {
                    Print(packages, terminal);
                }

                return packages.Any(package => package.Problem is not null) || (parsed.GetValue(exitCode) && packages.Any(package => package.IsOutdated))
                    ? ExitCode.Failed : ExitCode.Fine;
            },
            cancellationToken));
        return command;
    }

    private static void Print(IReadOnlyList<OutdatedPackage> packages, Terminal terminal)
    {
        foreach (var problem in packages.Where(package => package.Problem is not null))
        {
            terminal.Error(new CliError($"cannot tell about {problem.Name}", problem.Problem) { Code = "package-not-checked" });
        }

        var outdated = packages.Where(package => package.IsOutdated && package.Problem is null).ToArray();
        if (outdated.Length == 0)
        {
            terminal.Line(packages.Count == 0 ? "There are no dependencies." : "Everything that could be asked about is up to date.");
            return;
        }

        string[][] rows =
        [
            ["NAME", "REQUESTED", "LOCKED", "NOW", "NEWER"],
            .. outdated.Select(
                package =>
                    (string[])[package.Name, package.Requested ?? "", Short(package.Locked) ?? "not locked", Short(package.Current) ?? "", package.Newest
                        ?? ""]),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            terminal.Line(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        if (outdated.Any(package => package.HasMoved))
        {
            terminal.Note("mik update takes what versions stand for now");
        }

        if (outdated.Any(package => package.Newest is not null))
        {
            terminal.Note("mik update --latest takes newer versions, and writes them into mik.toml");
        }
    }

    private static string? Short(string? text) =>
        text is null || text.Length <= ShortLength ? text : text[..(text.StartsWith("sha256:", StringComparison.Ordinal) ? ShortLength : 12)];
}
