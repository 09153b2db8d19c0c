using System.Globalization;
using System.Text;
using Mik.Toml.Parsing;

namespace Mik.Toml;

/// <summary>Writes values and keys as TOML.</summary>
public static class TomlText
{
    /// <summary>A string in quotes.</summary>
    public static string String(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var character in value)
        {
            text.Append(character switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '\x7F' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
                _ => character.ToString(),
            });
        }
        return text.Append('"').ToString();
    }

    /// <summary>A key, in quotes where it needs them.</summary>
    public static string Key(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length > 0 && key.All(KeyParser.IsBare) ? key : String(key);
    }

    /// <summary>An array of strings on one line.</summary>
    public static string Array(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(String))}]";

    /// <summary>An inline table of strings.</summary>
    public static string InlineTable(IEnumerable<KeyValuePair<string, string>> entries) =>
        $"{{ {string.Join(", ", entries.Select(entry => $"{Key(entry.Key)} = {String(entry.Value)}"))} }}";
}
