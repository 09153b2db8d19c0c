using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>What docs/architecture.md says of rooms: for each project its rooms from the bottom up, and the arrows that point back all the same.</summary>
internal sealed partial record RoomDrawing(IReadOnlyDictionary<string, List<string>> Rooms, IReadOnlyList<(string Project, string From, string To)> BackArrows)
{
    /// <summary>Reads the page.</summary>
    public static RoomDrawing Read()
    {
        var rows = File.ReadLines(
            RepositoryRoot.Combine("docs", "architecture.md")).SkipWhile(line => line != "## Rooms").TakeWhile(line => line != "## One request").ToArray();
        var rooms = rows.Select(line => RoomRow().Match(line)).Where(match => match.Success)
            .ToDictionary(match => match.Groups["project"].Value, match => Names(match.Groups["rooms"].Value), StringComparer.Ordinal);
        var arrows = rows.Select(line => ArrowRow().Match(line)).Where(match => match.Success)
            .Select(match => (match.Groups["project"].Value, match.Groups["from"].Value, match.Groups["to"].Value));
        return new RoomDrawing(rooms, [.. arrows]);
    }

    private static List<string> Names(string text) => [.. QuotedName().Matches(text).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex(@"^\| `(?<project>[\w.]+)` \| (?<rooms>`.*`) \|$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoomRow();

    [GeneratedRegex(@"^\| `(?<project>Mik\.\w+)`: `(?<from>[\w.]+)` → `(?<to>[\w.]+)` \|", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ArrowRow();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QuotedName();
}
