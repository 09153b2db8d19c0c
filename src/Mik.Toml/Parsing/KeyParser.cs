using Mik.Toml.Model;

namespace Mik.Toml.Parsing;

/// <summary>One part of a key and where it is.</summary>
internal readonly record struct KeyPart(string Name, TextSpan Span);

/// <summary>Reads keys (TOML 1.0, "Keys").</summary>
internal static class KeyParser
{
    private const int MostParts = 100;

    /// <summary>Reads a key, dotted or not; blanks behind it are taken too.</summary>
    public static List<KeyPart> Read(Cursor cursor)
    {
        var parts = new List<KeyPart>();
        do
        {
            cursor.SkipBlanks();
            var start = cursor.Position;
            var name = ReadPart(cursor);
            parts.Add(new(name, new(start, cursor.Position)));
            if (parts.Count > MostParts)
            {
                throw new TomlSyntaxException(start, $"a key has at most {MostParts} parts");
            }
            cursor.SkipBlanks();
        }
        while (cursor.TryTake("."));
        return parts;
    }

    /// <summary>Whether a character may stand in a key without quotes.</summary>
    public static bool IsBare(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    private static string ReadPart(Cursor cursor)
    {
        if (cursor.Current is '"' or '\'')
        {
            if (cursor.StartsWith("\"\"\"") || cursor.StartsWith("'''"))
            {
                throw new TomlSyntaxException(cursor.Position, "a key cannot be a multi-line string");
            }
            return StringParser.Read(cursor);
        }
        var start = cursor.Position;
        while (IsBare(cursor.Current))
        {
            cursor.Position++;
        }
        return cursor.Position > start
            ? cursor.Text[start..cursor.Position]
            : throw new TomlSyntaxException(
                start, $"expected a key, found {cursor.Describe()}; keys with other characters than letters, digits, '-' and '_' are quoted");
    }
}
