using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Mik.Toml.Model;
using Mik.Toml.Parsing;

namespace Mik.Toml;

/// <summary>
/// A TOML 1.0 document: its text, exactly as it was, and what it says. Edits give a new document whose text differs only where it must.
/// </summary>
public sealed class TomlDocument
{
    private const string NotUtf8 = "this is not valid UTF-8";

    private readonly int[] _lines;

    private TomlDocument(string text, int? invalidFrom = null)
    {
        Text = text;
        _lines = LineStarts(text);
        var parser = new TomlParser(text);
        Root = parser.Parse();
        var errors = parser.Errors.Select(error => new TomlError(PositionOf(error.Offset), error.Message, error.Offset));
        Errors = invalidFrom is { } invalid
            ? [.. errors.Prepend(new TomlError(PositionOf(invalid), NotUtf8, invalid)).OrderBy(error => error.Offset)]
            : [.. errors];
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The top-level table; with <see cref="Errors"/>, what could be understood.</summary>
    public TomlTable Root { get; }

    /// <summary>All that is wrong, in the order of the text.</summary>
    public IReadOnlyList<TomlError> Errors { get; }

    /// <summary>Reads a document. It never throws: what is wrong is in <see cref="Errors"/>.</summary>
    public static TomlDocument Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TomlDocument(text);
    }

    /// <summary>Reads a document in UTF-8.</summary>
    public static TomlDocument Parse(ReadOnlySpan<byte> utf8)
    {
        var characters = new char[utf8.Length];
        var isValid = Utf8.ToUtf16(utf8, characters, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done;
        return isValid ? new TomlDocument(new string(characters, 0, written)) : new TomlDocument(Encoding.UTF8.GetString(utf8), invalidFrom: written);
    }

    /// <summary>The position of an offset in <see cref="Text"/>.</summary>
    public TextPosition PositionOf(int offset)
    {
        var line = Array.BinarySearch(_lines, offset);
        line = line < 0 ? ~line - 1 : line;
        var column = 1;
        foreach (var _ in Text.AsSpan(_lines[line], offset - _lines[line]).EnumerateRunes())
        {
            column++;
        }
        return new TextPosition(line + 1, column);
    }

    /// <summary>The text of a line, from 1, without its end.</summary>
    public string LineText(int line)
    {
        var start = _lines[line - 1];
        var end = line < _lines.Length ? _lines[line] : Text.Length;
        return Text[start..end].TrimEnd('\n', '\r');
    }

    /// <summary>A document in which a table has a value under a key, in the place of an old value or as a last entry. Missing tables are made.</summary>
    /// <param name="table">Keys that lead to the table; none is the top level.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value in TOML, for example from <see cref="TomlText"/>.</param>
    /// <exception cref="InvalidOperationException">The document has errors, or the edit would make one.</exception>
    public TomlDocument Set(IReadOnlyList<string> table, string key, string value) => DocumentEditor.Set(this, table, key, value);

    /// <summary>A document without an entry; the same document when it has none.</summary>
    /// <exception cref="InvalidOperationException">The document has errors.</exception>
    public TomlDocument Remove(IReadOnlyList<string> table, string key) => DocumentEditor.Remove(this, table, key);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static int[] LineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                starts.Add(i + 1);
            }
        }
        return [.. starts];
    }
}
