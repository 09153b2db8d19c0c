using Mik.Toml.Model;

namespace Mik.Toml.Parsing;

/// <summary>Decides which keys and headers may define what (TOML 1.0, "Table", "Array of Tables", "Keys").</summary>
internal sealed class TableBuilder
{
    private int _sections;

    /// <summary>A number for what one header, or one pair of braces, defines.</summary>
    public int NewSection() => ++_sections;

    /// <summary>Adds an entry; the tables that a dotted key names are made.</summary>
    public void AddEntry(TomlTable table, List<KeyPart> key, TomlValue value, TextSpan span, int section)
    {
        foreach (var part in key.Take(key.Count - 1))
        {
            table = Into(table, part, section);
        }
        var last = key[^1];
        if (table.TryGet(last.Name, out _))
        {
            throw new TomlSyntaxException(last.Span.Start, $"the key {Show(key)} is written twice");
        }
        table.Add(new TomlEntry(last.Name, last.Span, value) { Span = span });
    }

    /// <summary>The table of a header <c>[key]</c>.</summary>
    public TomlTable Open(TomlTable root, List<KeyPart> key, TextSpan span)
    {
        var parent = Parent(root, key);
        var last = key[^1];
        if (!parent.TryGet(last.Name, out var entry))
        {
            var made = new TomlTable(span, TableOrigin.Header);
            parent.Add(new TomlEntry(last.Name, last.Span, made) { Span = span });
            return made;
        }
        if (entry.Value is not TomlTable { Origin: TableOrigin.Implied } table)
        {
            throw new TomlSyntaxException(last.Span.Start, entry.Value is TomlArray { IsOfTables: true }
                ? $"{Show(key)} is an array of tables; another element is [[{Show(key)}]]"
                : $"{Show(key)} is already defined");
        }
        table.Origin = TableOrigin.Header;
        table.Span = span;
        return table;
    }

    /// <summary>A new element of the array of tables of a header <c>[[key]]</c>.</summary>
    public TomlTable Append(TomlTable root, List<KeyPart> key, TextSpan span)
    {
        var parent = Parent(root, key);
        var last = key[^1];
        if (!parent.TryGet(last.Name, out var entry))
        {
            entry = new TomlEntry(last.Name, last.Span, new TomlArray(span, isOfTables: true)) { Span = span };
            parent.Add(entry);
        }
        if (entry.Value is not TomlArray { IsOfTables: true } array)
        {
            throw new TomlSyntaxException(last.Span.Start, $"{Show(key)} is already defined, and not as an array of tables");
        }
        var table = new TomlTable(span, TableOrigin.Header);
        array.List.Add(table);
        return table;
    }

    // Headers may lead through any table but inline ones, and through the last element of an array of tables.
    private static TomlTable Parent(TomlTable root, List<KeyPart> key)
    {
        var table = root;
        foreach (var part in key.Take(key.Count - 1))
        {
            if (!table.TryGet(part.Name, out var entry))
            {
                entry = new TomlEntry(part.Name, part.Span, new TomlTable(part.Span, TableOrigin.Implied)) { Span = part.Span };
                table.Add(entry);
            }
            table = entry.Value switch
            {
                TomlTable { IsInline: false } inner => inner,
                TomlArray { IsOfTables: true, List: [.., TomlTable element] } => element,
                _ => throw new TomlSyntaxException(part.Span.Start, $"'{part.Name}' is already defined, and nothing can be added to it"),
            };
        }
        return table;
    }

    // Dotted keys may add only to what they, or nobody yet, defined.
    private static TomlTable Into(TomlTable table, KeyPart part, int section)
    {
        if (!table.TryGet(part.Name, out var entry))
        {
            var made = new TomlTable(part.Span, TableOrigin.DottedKeys) { Section = section };
            table.Add(new TomlEntry(part.Name, part.Span, made) { Span = part.Span });
            return made;
        }
        switch (entry.Value)
        {
            case TomlTable { Origin: TableOrigin.DottedKeys } known when known.Section == section:
                return known;
            case TomlTable { Origin: TableOrigin.Implied } implied:
                implied.Origin = TableOrigin.DottedKeys;
                implied.Section = section;
                return implied;
            default:
                throw new TomlSyntaxException(part.Span.Start, $"'{part.Name}' is already defined; dotted keys cannot add to it");
        }
    }

    private static string Show(List<KeyPart> key) => string.Join('.', key.Select(part => part.Name));
}
