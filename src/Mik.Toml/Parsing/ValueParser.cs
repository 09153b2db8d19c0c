using Mik.Toml.Model;

namespace Mik.Toml.Parsing;

/// <summary>Reads values of any kind.</summary>
internal sealed class ValueParser(Cursor cursor, TableBuilder tables)
{
    private const int MostNesting = 100;

    private int _nesting;

    public TomlValue Read()
    {
        switch (cursor.Current)
        {
            case '"' or '\'':
                var start = cursor.Position;
                var text = StringParser.Read(cursor);
                return new TomlScalar(TomlKind.String, new(start, cursor.Position), text);
            case '[':
                return Nested(ReadArray);
            case '{':
                return Nested(ReadInlineTable);
            default:
                return ScalarParser.Read(cursor);
        }
    }

    private TomlValue Nested(Func<TomlValue> read)
    {
        if (++_nesting > MostNesting)
        {
            _nesting = 0;
            throw new TomlSyntaxException(cursor.Position, $"arrays and inline tables nest at most {MostNesting} deep");
        }
        try
        {
            return read();
        }
        finally
        {
            _nesting = Math.Max(0, _nesting - 1);
        }
    }

    private TomlArray ReadArray()
    {
        var start = cursor.Position++;
        var array = new TomlArray(default, isOfTables: false);
        cursor.SkipLines();
        while (!cursor.TryTake("]"))
        {
            array.List.Add(Read());
            cursor.SkipLines();
            if (!cursor.TryTake(",") && cursor.Current != ']')
            {
                throw new TomlSyntaxException(cursor.Position, $"expected ',' or ']' in the array, found {cursor.Describe()}");
            }
            cursor.SkipLines();
        }
        array.Span = new(start, cursor.Position);
        return array;
    }

    private TomlTable ReadInlineTable()
    {
        var start = cursor.Position++;
        var table = new TomlTable(default, TableOrigin.Root);
        var section = tables.NewSection();
        cursor.SkipBlanks();
        if (!cursor.TryTake("}"))
        {
            do
            {
                ReadEntry(table, section);
                cursor.SkipBlanks();
            }
            while (cursor.TryTake(","));
            if (!cursor.TryTake("}"))
            {
                throw new TomlSyntaxException(cursor.Position, $"expected ',' or '}}' in the inline table, found {cursor.Describe()}");
            }
        }
        Close(table);
        table.Span = new(start, cursor.Position);
        return table;
    }

    private static void Close(TomlTable table)
    {
        table.Origin = TableOrigin.Inline;
        foreach (var entry in table.Entries)
        {
            if (entry.Value is TomlTable { Origin: not TableOrigin.Inline } inner)
            {
                Close(inner);
            }
        }
    }

    /// <summary>Reads <c>key = value</c> into a table.</summary>
    public void ReadEntry(TomlTable table, int section)
    {
        cursor.SkipBlanks();
        var start = cursor.Position;
        var key = KeyParser.Read(cursor);
        if (!cursor.TryTake("="))
        {
            throw new TomlSyntaxException(cursor.Position, $"expected '=' after the key, found {cursor.Describe()}");
        }
        cursor.SkipBlanks();
        var value = Read();
        tables.AddEntry(table, key, value, new(start, cursor.Position), section);
    }
}
