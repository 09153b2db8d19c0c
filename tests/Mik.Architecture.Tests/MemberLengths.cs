using System.Text.RegularExpressions;

namespace Mik.Architecture.Tests;

/// <summary>How long members are. The code is formatted, so that a body begins and ends where its member is indented.</summary>
internal static partial class MemberLengths
{
    /// <summary>The first lines of members that are longer than so many lines, bodies included; types are no members.</summary>
    public static IEnumerable<string> Over(int most, string text)
    {
        var lines = text.Split('\n');
        for (var open = 1; open < lines.Length; open++)
        {
            var indent = lines[open].Length - 1;
            if (indent is not (4 or 8) || lines[open].Trim() != "{")
            {
                continue;
            }

            var first = FirstLineOf(lines, open, indent);
            var close = Array.FindIndex(lines, open, line => line.StartsWith(new string(' ', indent) + "}", StringComparison.Ordinal));
            if (close - first >= most && !NoMember().IsMatch(lines[first]))
            {
                yield return lines[first].Trim();
            }
        }
    }

    // A header may have several lines, those after the first further in.
    private static int FirstLineOf(string[] lines, int open, int indent)
    {
        var first = open - 1;
        while (first > 0 && lines[first].StartsWith(new string(' ', indent + 1), StringComparison.Ordinal))
        {
            first--;
        }
        return first;
    }

    [GeneratedRegex(
        @"\b(class|struct|record|interface|enum)\b|^\s*(switch|foreach|for|while|do|if|else|try|catch|finally|lock|using|fixed)\b",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NoMember();
}
