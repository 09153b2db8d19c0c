namespace Mik.EndToEnd.Tests;

/// <summary>What a page of the documentation shows to be done, in order: files to save and commands with what they print.</summary>
internal static class TutorialPage
{
    /// <summary>The steps of a page.</summary>
    public static IEnumerable<Step> Read(string text)
    {
        var blocks = text.Split("```");
        for (var i = 1; i < blocks.Length; i += 2)
        {
            var line = blocks[i].IndexOf('\n', StringComparison.Ordinal);
            var words = blocks[i][..line].Split(' ');
            var body = blocks[i][(line + 1)..];
            if (words.Length > 1)
            {
                yield return new(words[1], null, body);
            }
            else if (words[0] == "console")
            {
                foreach (var command in ("\n" + body).Split("\n$ ").Skip(1))
                {
                    var end = command.IndexOf('\n', StringComparison.Ordinal);
                    yield return new(null, end < 0 ? command : command[..end], end < 0 ? "" : command[(end + 1)..]);
                }
            }
        }
    }

    /// <summary>Whether an output is the one that is shown: <c>…</c> stands for anything, a line of it alone for any lines.</summary>
    public static bool Matches(string shown, string output)
    {
        var at = 0;
        var parts = shown.TrimEnd().Split('…');
        for (var i = 0; i < parts.Length; i++)
        {
            var found = output.IndexOf(parts[i], at, StringComparison.Ordinal);
            if (found < 0 || (i == 0 && found != 0))
            {
                return false;
            }

            at = found + parts[i].Length;
        }

        return parts[^1].Length == 0 || output[at..].Trim().Length == 0;
    }

    /// <summary>One step.</summary>
    /// <param name="File">The file to save, or null.</param>
    /// <param name="Command">The command to type, or null.</param>
    /// <param name="Text">What is in the file, or what the command prints.</param>
    internal sealed record Step(string? File, string? Command, string Text);
}
