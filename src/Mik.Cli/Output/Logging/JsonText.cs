using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// Strings of JSON for people's eyes: letters of all scripts, quotes and brackets as they are; what is not printed, or turns the direction of text, by its
/// number.
/// </summary>
internal static class JsonText
{
    /// <summary>How strings are escaped that have no characters of format.</summary>
    public static JavaScriptEncoder Encoder { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Writes a member.</summary>
    public static void Write(Utf8JsonWriter json, JsonEncodedText name, string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') || !text.Any(IsFormat))
        {
            json.WriteString(name, text);
            return;
        }

        json.WritePropertyName(name);
        var safe = string.Concat(JsonEncodedText.Encode(text, Encoder).Value.Select(character => IsFormat(character)
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}")
            : character.ToString()));
        json.WriteRawValue($"\"{safe}\"", skipInputValidation: true);
    }

    private static bool IsFormat(char character) => char.GetUnicodeCategory(character) == UnicodeCategory.Format;
}
