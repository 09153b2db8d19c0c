using System.Diagnostics.CodeAnalysis;

namespace Mik.Toml.Model;

/// <summary>A key and its value.</summary>
/// <param name="Key">The key, unquoted.</param>
/// <param name="KeySpan">Where the key is written first.</param>
/// <param name="Value">The value.</param>
public sealed record TomlEntry(string Key, TextSpan KeySpan, TomlValue Value)
{
    /// <summary>The whole <c>key = value</c>, without what surrounds it; of a table with a header, the header.</summary>
    public TextSpan Span { get; init; }
}

/// <summary>A table: entries in the order in which they were written first.</summary>
public sealed class TomlTable : TomlValue
{
    private readonly OrderedDictionary<string, TomlEntry> _entries = new(StringComparer.Ordinal);

    internal TomlTable(TextSpan span, TableOrigin origin)
        : base(TomlKind.Table, span)
    {
        Origin = origin;
    }

    /// <summary>The entries.</summary>
    public IReadOnlyList<TomlEntry> Entries => _entries.Values;

    /// <summary>Whether it is written in braces.</summary>
    public bool IsInline => Origin == TableOrigin.Inline;

    internal TableOrigin Origin { get; set; }

    /// <summary>The section whose dotted keys made it.</summary>
    internal int Section { get; set; }

    /// <summary>Finds an entry.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out TomlEntry? entry) => _entries.TryGetValue(key, out entry);

    internal void Add(TomlEntry entry) => _entries.Add(entry.Key, entry);
}

/// <summary>What made a table; decides what may be added to it.</summary>
internal enum TableOrigin
{
    /// <summary>The document itself.</summary>
    Root,
    /// <summary>A header of a table below it.</summary>
    Implied,
    /// <summary>Its own header.</summary>
    Header,
    /// <summary>Dotted keys.</summary>
    DottedKeys,
    /// <summary>Braces.</summary>
    Inline,
}
