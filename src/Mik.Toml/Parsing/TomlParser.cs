using Mik.Toml.Model;

namespace Mik.Toml.Parsing;

/// <summary>Reads a document line by line. A line that breaks a rule is reported and left out; the next one is read all the same.</summary>
internal sealed class TomlParser
{
    private const int MostErrors = 100;

    private readonly Cursor _cursor;
    private readonly TableBuilder _tables = new();
    private readonly ValueParser _values;
    private readonly TomlTable _root = new(default, TableOrigin.Root);
    private TomlTable _table;
    private int _section;

    public TomlParser(string text)
    {
        _cursor = new Cursor(text);
        _values = new ValueParser(_cursor, _tables);
        _table = _root;
    }

    public List<(int Offset, string Message)> Errors { get; } = [];

    public TomlTable Parse()
    {
        _cursor.TryTake("\uFEFF");
        while (!_cursor.IsAtEnd && Errors.Count < MostErrors)
        {
            try
            {
                ReadLine();
            }
            catch (TomlSyntaxException exception)
            {
                Errors.Add((exception.Offset, exception.Message));
                SkipLine();
            }
        }
        return _root;
    }

    private void ReadLine()
    {
        _cursor.SkipBlanks();
        if (_cursor.Current == '[' && !_cursor.IsAtEnd)
        {
            ReadHeader();
        }
        else if (_cursor.Current != '#' && !_cursor.IsAtNewline && !_cursor.IsAtEnd)
        {
            _values.ReadEntry(_table, _section);
        }
        _cursor.SkipBlanks();
        _cursor.SkipComment();
        if (!_cursor.TryTakeNewline() && !_cursor.IsAtEnd)
        {
            throw new TomlSyntaxException(_cursor.Position, $"expected the end of the line, found {_cursor.Describe()}");
        }
    }

    private void ReadHeader()
    {
        var start = _cursor.Position;
        var isArray = _cursor.TryTake("[[");
        if (!isArray)
        {
            _cursor.Position++;
        }
        // What follows a bad header belongs to nothing that was named before.
        _table = new TomlTable(default, TableOrigin.Root);
        _section = _tables.NewSection();
        var key = KeyParser.Read(_cursor);
        var close = isArray ? "]]" : "]";
        if (!_cursor.TryTake(close))
        {
            throw new TomlSyntaxException(_cursor.Position, $"expected '{close}' to end the header, found {_cursor.Describe()}");
        }
        var span = new TextSpan(start, _cursor.Position);
        _table = isArray ? _tables.Append(_root, key, span) : _tables.Open(_root, key, span);
    }

    private void SkipLine()
    {
        while (!_cursor.IsAtEnd && _cursor.Current != '\n')
        {
            _cursor.Position++;
        }
        _cursor.TryTakeNewline();
    }
}
