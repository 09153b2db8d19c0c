using Mik.Toml.Model;

namespace Mik.Toml;

/// <summary>Changes the text of a document in one place and reads it again.</summary>
internal static class DocumentEditor
{
    public static TomlDocument Set(TomlDocument document, IReadOnlyList<string> path, string key, string value)
    {
        Check(document);
        var table = Find(document.Root, path);
        if (table is not null && table.TryGet(key, out var entry))
        {
            return Splice(document, entry.Value is TomlTable { IsInline: false } or TomlArray { IsOfTables: true }
                ? throw new InvalidOperationException($"'{key}' is written with headers of its own and cannot be set to a single value")
                : entry.Value.Span, value);
        }
        var line = $"{TomlText.Key(key)} = {value}";
        return table switch
        {
            null => AppendTable(document, path, line),
            { IsInline: true } => AddInline(document, table, line),
            { Entries.Count: 0, Origin: TableOrigin.Header } => InsertAfter(document, table.Span.End, line),
            _ => InsertEntry(document, table, path, line),
        };
    }

    public static TomlDocument Remove(TomlDocument document, IReadOnlyList<string> path, string key)
    {
        Check(document);
        if (Find(document.Root, path) is not { } table || !table.TryGet(key, out var entry))
        {
            return document;
        }
        if (table.IsInline)
        {
            return RemoveInline(document, table, entry);
        }
        if (entry.Value is TomlTable { Origin: TableOrigin.Header } or TomlArray { IsOfTables: true })
        {
            throw new InvalidOperationException($"'{key}' is written with headers of its own");
        }
        var start = LineStart(document.Text, entry.Span.Start);
        var end = LineEnd(document.Text, entry.Span.End);
        return Splice(document, new(start, end), "");
    }

    private static void Check(TomlDocument document)
    {
        if (document.Errors.Count > 0)
        {
            throw new InvalidOperationException("a document with errors cannot be edited");
        }
    }

    private static TomlTable? Find(TomlTable root, IReadOnlyList<string> path)
    {
        var table = root;
        foreach (var name in path)
        {
            if (!table.TryGet(name, out var entry))
            {
                return null;
            }
            table = entry.Value as TomlTable ?? throw new InvalidOperationException($"'{name}' is not a table");
        }
        return table;
    }

    // Behind the last entry of the table's own lines: entries of tables below it have headers of their own.
    private static TomlDocument InsertEntry(TomlDocument document, TomlTable table, IReadOnlyList<string> path, string line)
    {
        var own = table.Entries.Where(
            entry => entry.Value is not (TomlTable { Origin: TableOrigin.Header or TableOrigin.Implied } or TomlArray { IsOfTables: true })).ToArray();
        if (own.Length > 0)
        {
            return table.Origin == TableOrigin.DottedKeys
                ? throw new InvalidOperationException($"'{string.Join('.', path)}' is written with dotted keys")
                : InsertAfter(document, own.Max(LastOffset), line);
        }
        return table.Origin switch
        {
            TableOrigin.Header => InsertAfter(document, table.Span.End, line),
            TableOrigin.Root => InsertFirst(document, line),
            _ => AppendTable(document, path, line),
        };
    }

    private static int LastOffset(TomlEntry entry) => entry.Value is TomlTable { Origin: TableOrigin.DottedKeys } dotted
        ? dotted.Entries.Max(LastOffset)
        : entry.Span.End;

    private static TomlDocument InsertAfter(TomlDocument document, int offset, string line)
    {
        var end = LineEnd(document.Text, offset);
        var newline = Newline(document.Text);
        var hasEnd = end > 0 && document.Text[end - 1] == '\n';
        return Splice(document, new(end, end), hasEnd ? line + newline : newline + line);
    }

    private static TomlDocument InsertFirst(TomlDocument document, string line)
    {
        var start = document.Text.StartsWith('\uFEFF') ? 1 : 0;
        return Splice(document, new(start, start), line + Newline(document.Text) + (document.Text.Length > start ? Newline(document.Text) : ""));
    }

    private static TomlDocument AppendTable(TomlDocument document, IReadOnlyList<string> path, string line)
    {
        var text = document.Text;
        var newline = Newline(text);
        var gap = text.Length == 0 ? "" : text.EndsWith('\n') ? newline : newline + newline;
        return Splice(document, new(text.Length, text.Length), $"{gap}[{string.Join('.', path.Select(TomlText.Key))}]{newline}{line}{newline}");
    }

    private static TomlDocument AddInline(TomlDocument document, TomlTable table, string line)
    {
        var place = table.Entries.Count > 0 ? table.Entries[^1].Span.End : table.Span.Start + 1;
        return Splice(document, new(place, place), table.Entries.Count > 0 ? ", " + line : $" {line} ");
    }

    private static TomlDocument RemoveInline(TomlDocument document, TomlTable table, TomlEntry entry)
    {
        var index = 0;
        while (table.Entries[index] != entry)
        {
            index++;
        }
        var span = (index, table.Entries.Count) switch
        {
            (_, 1) => new TextSpan(table.Span.Start + 1, table.Span.End - 1),
            (0, _) => new TextSpan(entry.Span.Start, table.Entries[1].Span.Start),
            _ => new TextSpan(table.Entries[index - 1].Span.End, entry.Span.End),
        };
        return Splice(document, span, "");
    }

    private static int LineStart(string text, int offset) => text.LastIndexOf('\n', Math.Max(0, offset - 1)) + 1;

    private static int LineEnd(string text, int offset)
    {
        var end = text.IndexOf('\n', offset);
        return end < 0 ? text.Length : end + 1;
    }

    private static string Newline(string text)
    {
        var first = text.IndexOf('\n', StringComparison.Ordinal);
        return first > 0 && text[first - 1] == '\r' ? "\r\n" : "\n";
    }

    private static TomlDocument Splice(TomlDocument document, TextSpan span, string replacement)
    {
        var edited = TomlDocument.Parse(string.Concat(document.Text.AsSpan(0, span.Start), replacement, document.Text.AsSpan(span.End)));
        return edited.Errors.Count == 0
            ? edited
            : throw new InvalidOperationException($"the edit would make an invalid document: {edited.Errors[0].Message}");
    }
}
