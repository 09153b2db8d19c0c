using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>What docs/architecture.md says of projects: which others each refers to.</summary>
internal static partial class ProjectDrawing
{
    /// <summary>Reads the page.</summary>
    public static IReadOnlyDictionary<string, string[]> Read() =>
        File.ReadLines(RepositoryRoot.Combine("docs", "architecture.md")).SkipWhile(line => line != "## Map").TakeWhile(line => line != "## Rooms")
            .Select(line => Row().Match(line)).Where(match => match.Success).ToDictionary(
                match => match.Groups["project"].Value,
                match => match.Groups["name"].Captures.Select(capture => "Mik." + capture.Value).ToArray(),
                StringComparer.Ordinal);

    [GeneratedRegex(@"^\| `(?<project>[\w.]+)` \| (–|`(?<name>\w+)`( `(?<name>\w+)`)*) \| ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
