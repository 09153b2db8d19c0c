using System.Globalization;
using Serilog.Events;
using Serilog.Parsing;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// The message of an event, in which text from guests and clients must not steer the terminal or pass for a line of the log: control characters and those
/// that turn the direction of text are shown by their number, and line breaks are indented.
/// </summary>
internal static class SafeText
{
    private const string Indent = "\n    ";

    /// <summary>Writes the message as a template and its values make it; strings without quotes.</summary>
    public static void WriteMessage(TextWriter output, LogEvent logEvent)
    {
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && logEvent.Properties.TryGetValue(property.PropertyName, out var value))
            {
                Write(output, TextOf(value, property.Format));
            }
            else
            {
                Write(output, token.ToString()!);
            }
        }
    }

    /// <summary>Writes text with what could do harm made visible.</summary>
    public static void Write(TextWriter output, string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            output.Write(text);
            return;
        }

        foreach (var character in text)
        {
            if (character == '\n')
            {
                output.Write(Indent);
            }
            else if (character == '\t' || !IsHarmful(character))
            {
                output.Write(character);
            }
            else if (character != '\r')
            {
                output.Write(character < 0x100
                    ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}")
                    : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"));
            }
        }
    }

    private static string TextOf(LogEventPropertyValue value, string? format) =>
        value is ScalarValue { Value: string text } ? text : value.ToString(format, CultureInfo.InvariantCulture);

    private static bool IsHarmful(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
