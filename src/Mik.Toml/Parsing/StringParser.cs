using System.Globalization;
using System.Text;

namespace Mik.Toml.Parsing;

/// <summary>Reads strings (TOML 1.0, "String").</summary>
internal static class StringParser
{
    /// <summary>Reads a string of any of the four kinds.</summary>
    public static string Read(Cursor cursor)
    {
        var quote = cursor.Current;
        var isMultiLine = cursor.Peek(1) == quote && cursor.Peek(2) == quote;
        var start = cursor.Position;
        cursor.Position += isMultiLine ? 3 : 1;
        if (isMultiLine)
        {
            cursor.TryTakeNewline();
        }
        var text = new StringBuilder();
        while (!TryEnd(cursor, quote, isMultiLine, text))
        {
            if (cursor.IsAtEnd || (!isMultiLine && cursor.IsAtNewline))
            {
                throw new TomlSyntaxException(start, $"this string is never closed; expected {(isMultiLine ? new string(quote, 3) : quote.ToString())}");
            }
            if (quote == '"' && cursor.Current == '\\')
            {
                ReadEscape(cursor, isMultiLine, text);
            }
            else if (cursor.IsAtNewline)
            {
                text.Append(cursor.Current == '\r' ? "\r\n" : "\n");
                cursor.TryTakeNewline();
            }
            else
            {
                cursor.CheckCharacter("a string");
                text.Append(cursor.Current);
                cursor.Position++;
            }
        }
        return text.ToString();
    }

    // Up to two quotes may stand right before the three that close.
    private static bool TryEnd(Cursor cursor, char quote, bool isMultiLine, StringBuilder text)
    {
        if (cursor.Current != quote || cursor.IsAtEnd)
        {
            return false;
        }
        if (!isMultiLine)
        {
            cursor.Position++;
            return true;
        }
        var count = 1;
        while (count < 5 && cursor.Peek(count) == quote)
        {
            count++;
        }
        if (count < 3)
        {
            return false;
        }
        text.Append(quote, count - 3);
        cursor.Position += count;
        return true;
    }

    private static void ReadEscape(Cursor cursor, bool isMultiLine, StringBuilder text)
    {
        var start = cursor.Position;
        var escaped = cursor.Peek(1);
        cursor.Position += 2;
        switch (escaped)
        {
            case 'b':
                text.Append('\b');
                break;
            case 't':
                text.Append('\t');
                break;
            case 'n':
                text.Append('\n');
                break;
            case 'f':
                text.Append('\f');
                break;
            case 'r':
                text.Append('\r');
                break;
            case '"' or '\\':
                text.Append(escaped);
                break;
            case 'u':
                ReadScalar(cursor, start, 4, text);
                break;
            case 'U':
                ReadScalar(cursor, start, 8, text);
                break;
            default:
                cursor.Position = start + 1;
                if (!isMultiLine || !TrySkipLineEnd(cursor))
                {
                    throw new TomlSyntaxException(start, @"unknown escape; known are \b \t \n \f \r \"" \\ \uXXXX \UXXXXXXXX");
                }
                break;
        }
    }

    private static void ReadScalar(Cursor cursor, int start, int digits, StringBuilder text)
    {
        var end = cursor.Position + digits;
        if (end > cursor.Text.Length
            || !uint.TryParse(cursor.Text.AsSpan(cursor.Position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var scalar)
            || !Rune.IsValid(scalar))
        {
            throw new TomlSyntaxException(start, $"expected {digits} hexadecimal digits of a Unicode scalar value");
        }
        text.Append(new Rune(scalar).ToString());
        cursor.Position = end;
    }

    /// <summary>A backslash at the end of a line takes away all blanks and newlines up to the next character.</summary>
    private static bool TrySkipLineEnd(Cursor cursor)
    {
        cursor.SkipBlanks();
        if (!cursor.TryTakeNewline())
        {
            return false;
        }
        do
        {
            cursor.SkipBlanks();
        }
        while (cursor.TryTakeNewline());
        return true;
    }
}
