using System.Globalization;
using System.Text.RegularExpressions;
using Mik.Toml.Model;

namespace Mik.Toml.Parsing;

/// <summary>Reads truth values, numbers and times, which are words without blanks (but a time may have one before it).</summary>
internal static partial class ScalarParser
{
    private const int FractionDigits = 7;

    /// <summary>Reads a value that begins with none of the characters of strings, arrays and tables.</summary>
    public static TomlScalar Read(Cursor cursor)
    {
        var start = cursor.Position;
        var word = TakeWord(cursor);
        if (word.Length == 0)
        {
            throw new TomlSyntaxException(start, $"expected a value, found {cursor.Describe()}");
        }
        var span = new TextSpan(start, cursor.Position);
        if (word is "true" or "false")
        {
            return new TomlScalar(TomlKind.Boolean, span, word == "true");
        }
        return TryInteger(word, span) ?? TryFloat(word, span) ?? TryTime(cursor, word, start)
            ?? throw new TomlSyntaxException(start, Explain(word));
    }

    private static string TakeWord(Cursor cursor)
    {
        var start = cursor.Position;
        while (char.IsAsciiLetterOrDigit(cursor.Current) || cursor.Current is '+' or '-' or '_' or '.' or ':')
        {
            cursor.Position++;
        }
        return cursor.Text[start..cursor.Position];
    }

    private static TomlScalar? TryInteger(string word, TextSpan span)
    {
        if (DecimalInteger().IsMatch(word))
        {
            return long.TryParse(word.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? new TomlScalar(TomlKind.Integer, span, number)
                : throw new TomlSyntaxException(span.Start, "this integer does not fit into 64 bits");
        }
        if (!PrefixedInteger().IsMatch(word))
        {
            return null;
        }
        var digits = word[2..].Replace("_", "", StringComparison.Ordinal).TrimStart('0');
        var bits = word[1] switch { 'x' => 4, 'o' => 3, _ => 1 };
        var value = 0UL;
        foreach (var digit in digits)
        {
            if (value >> (63 - bits) != 0)
            {
                throw new TomlSyntaxException(span.Start, "this integer does not fit into 64 bits");
            }
            value = (value << bits) | (uint)Convert.ToInt32(digit.ToString(), 16);
        }
        return new TomlScalar(TomlKind.Integer, span, (long)value);
    }

    private static TomlScalar? TryFloat(string word, TextSpan span)
    {
        var unsigned = word.TrimStart('+', '-');
        if (unsigned is "inf" or "nan" && word.Length - unsigned.Length <= 1)
        {
            var magnitude = unsigned == "inf" ? double.PositiveInfinity : double.NaN;
            return new TomlScalar(TomlKind.Float, span, word[0] == '-' ? -magnitude : magnitude);
        }
        return Float().IsMatch(word)
            ? new TomlScalar(
                TomlKind.Float, span, double.Parse(word.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture))
            : null;
    }

    private static TomlScalar? TryTime(Cursor cursor, string word, int start)
    {
        if (LocalDate().IsMatch(word) && cursor.Current == ' ' && char.IsAsciiDigit(cursor.Peek(1)))
        {
            // A blank may stand in the place of the T.
            cursor.Position++;
            word = $"{word}T{TakeWord(cursor)}";
        }
        var match = Time().Match(word);
        if (!match.Success)
        {
            return null;
        }
        var span = new TextSpan(start, cursor.Position);
        var hasDate = match.Groups["date"].Success;
        var hasTime = match.Groups["time"].Success;
        var hasOffset = match.Groups["offset"].Success;
        if ((!hasDate && !hasTime) || (hasOffset && !hasDate))
        {
            return null;
        }
        try
        {
            var date = hasDate ? DateOnly.ParseExact(match.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture) : default;
            var time = hasTime ? ReadTime(match) : default;
            return (hasDate, hasTime, hasOffset) switch
            {
                (true, false, _) => new TomlScalar(TomlKind.LocalDate, span, date),
                (false, _, _) => new TomlScalar(TomlKind.LocalTime, span, time),
                (_, _, false) => new TomlScalar(TomlKind.LocalDateTime, span, date.ToDateTime(time)),
                _ => new TomlScalar(TomlKind.OffsetDateTime, span, new DateTimeOffset(date.ToDateTime(time), ReadOffset(match.Groups["offset"].Value))),
            };
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new TomlSyntaxException(start, $"there is no such date or time as {word}");
        }
    }

    private static TimeOnly ReadTime(Match match)
    {
        var fraction = match.Groups["fraction"].Value.PadRight(FractionDigits, '0')[..FractionDigits];
        return TimeOnly.ParseExact($"{match.Groups["time"].Value}.{fraction}", "HH:mm:ss.fffffff", CultureInfo.InvariantCulture);
    }

    private static TimeSpan ReadOffset(string offset)
    {
        if (offset is "Z" or "z")
        {
            return TimeSpan.Zero;
        }
        var span = TimeOnly.ParseExact(offset[1..], "HH:mm", CultureInfo.InvariantCulture).ToTimeSpan();
        return offset[0] == '-' ? -span : span;
    }

    private static string Explain(string word) => word switch
    {
        _ when word.Equals("true", StringComparison.OrdinalIgnoreCase)
            || word.Equals("false", StringComparison.OrdinalIgnoreCase) => $"'{word}' is not a value; write {word.ToLowerInvariant()}",
        _ when char.IsAsciiLetter(word[0]) => $"'{word}' is not a value; text is written in quotes: \"{word}\"",
        _ => $"'{word}' is not a number, date or time that TOML knows",
    };

    [GeneratedRegex("^[+-]?(0|[1-9](_?[0-9])*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DecimalInteger();

    [GeneratedRegex("^0(x[0-9A-Fa-f](_?[0-9A-Fa-f])*|o[0-7](_?[0-7])*|b[01](_?[01])*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PrefixedInteger();

    [GeneratedRegex(@"^[+-]?(0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Float();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LocalDate();

    [GeneratedRegex(@"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})?((?(date)[Tt]|)(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Time();
}
