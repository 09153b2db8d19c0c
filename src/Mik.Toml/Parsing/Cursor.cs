namespace Mik.Toml.Parsing;

/// <summary>A place in the text that moves forward, and the small things that every rule needs.</summary>
internal sealed class Cursor(string text)
{
    /// <summary>The end of the text; no document may hold this character.</summary>
    public const char End = '\0';

    public string Text => text;

    public int Position { get; set; }

    public bool IsAtEnd => Position >= text.Length;

    /// <summary>The character here, or <see cref="End"/>.</summary>
    public char Current => Position < text.Length ? text[Position] : End;

    /// <summary>A character further on, or <see cref="End"/>.</summary>
    public char Peek(int distance) => Position + distance < text.Length ? text[Position + distance] : End;

    public bool StartsWith(string expected) => string.CompareOrdinal(text, Position, expected, 0, expected.Length) == 0;

    /// <summary>Moves past an expected text.</summary>
    public bool TryTake(string expected)
    {
        var isThere = StartsWith(expected);
        Position += isThere ? expected.Length : 0;
        return isThere;
    }

    public void SkipBlanks()
    {
        while (Current is ' ' or '\t')
        {
            Position++;
        }
    }

    public bool IsAtNewline => Current == '\n' || (Current == '\r' && Peek(1) == '\n');

    public bool TryTakeNewline() => TryTake("\n") || TryTake("\r\n");

    /// <summary>Moves past a comment, if one is here; the newline stays.</summary>
    /// <exception cref="TomlSyntaxException">It has a character that none may have.</exception>
    public void SkipComment()
    {
        if (Current != '#')
        {
            return;
        }
        while (!IsAtEnd && !IsAtNewline)
        {
            CheckCharacter("a comment");
            Position++;
        }
    }

    /// <summary>Blanks, comments and newlines, as between the elements of an array.</summary>
    public void SkipLines()
    {
        do
        {
            SkipBlanks();
            SkipComment();
        }
        while (TryTakeNewline());
    }

    /// <summary>Refuses control characters other than tab, and what is no Unicode text.</summary>
    public void CheckCharacter(string where)
    {
        var character = text[Position];
        if (character is < ' ' and not '\t' or '\x7F')
        {
            throw new TomlSyntaxException(Position, $"the control character U+{(int)character:X4} may not stand in {where}");
        }
        var isLoneSurrogate = char.IsSurrogate(character)
            && !(char.IsHighSurrogate(character) ? char.IsLowSurrogate(Peek(1)) : Position > 0 && char.IsHighSurrogate(text[Position - 1]));
        if (isLoneSurrogate)
        {
            throw new TomlSyntaxException(Position, "half of a surrogate pair is no character");
        }
    }

    /// <summary>What is here, for messages.</summary>
    public string Describe() => this switch
    {
        { IsAtEnd: true } => "the end of the file",
        { IsAtNewline: true } => "the end of the line",
        { Current: < ' ' or '\x7F' } => $"the control character U+{(int)Current:X4}",
        _ => $"'{(char.IsHighSurrogate(Current) && char.IsLowSurrogate(Peek(1)) ? text.Substring(Position, 2) : Current.ToString())}'",
    };
}

/// <summary>The text breaks a rule; caught by <see cref="TomlParser"/>, which goes on with the next line.</summary>
internal sealed class TomlSyntaxException(int offset, string message) : Exception(message)
{
    public int Offset { get; } = offset;
}
