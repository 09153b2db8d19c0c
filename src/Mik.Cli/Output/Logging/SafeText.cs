using System.Globalization;
using System.Text;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// Text from guests and clients, which must not steer the terminal or pass for a line of the log: control characters and those
/// that turn the direction of text are shown by their number, and line breaks are indented.
/// </summary>
internal static class SafeText
{
    private const string Indent = "\n    ";

    /// <summary>The text with what could do harm made visible.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (character == '\n')
            {
                safe.Append(Indent);
            }
            else if (character == '\t' || !IsHarmful(character))
            {
                safe.Append(character);
            }
            else if (character != '\r')
            {
                safe.Append(character < 0x100 ? "\\x" : "\\u").Append(((int)character).ToString(character < 0x100 ? "x2" : "x4", CultureInfo.InvariantCulture));
            }
        }

        return safe.ToString();
    }

    private static bool IsHarmful(char character) =>
        char
            .GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
