namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>Names of functions as their author wrote them.</summary>
internal static class FunctionNames
{
    private const int MostHops = 8;

    /// <summary>The name of the function that an entry is about; null when it has none.</summary>
    public static string? Of(in DwarfSections sections, DwarfUnits units, DwarfUnit unit, DwarfEntry entry)
    {
        string? plain = null;
        for (var hop = 0; hop < MostHops; hop++)
        {
            plain ??= unit.TextOf(sections, entry.Name);
            if (unit.TextOf(sections, entry.LinkageName) is { } linkage)
            {
                return PathOf(linkage) ?? plain ?? linkage;
            }
            if (!entry.Origin.Exists || unit.EntryOf(entry.Origin) is not { } origin || units.Around(sections, origin) is not { } other)
            {
                break;
            }
            unit = other;
            var cursor = new DwarfCursor(sections.Units, origin);
            DwarfEntry.Read(ref cursor, unit.Abbreviations, unit.Encoding, out entry);
        }
        return plain;
    }

    /// <summary>The name of a function of the module, which may be one that only linkers read.</summary>
    /// <param name="name">The name that the module gives it.</param>
    /// <param name="plain">The name that debug information gives it, or null.</param>
    public static string Readable(string name, string? plain) =>
        PathOf(name) ?? (plain is not null && name.StartsWith("_R", StringComparison.Ordinal) ? plain : name);

    /// <summary>The path in a name that rustc and C++ compilers make for nested names (<c>_ZN3foo3barE</c>); null for other names.</summary>
    public static string? PathOf(string linkage)
    {
        if (!linkage.StartsWith("_ZN", StringComparison.Ordinal))
        {
            return null;
        }
        var parts = new List<string>();
        var position = 3;
        while (position < linkage.Length && char.IsAsciiDigit(linkage[position]))
        {
            var length = 0;
            while (position < linkage.Length && char.IsAsciiDigit(linkage[position]) && length < linkage.Length)
            {
                length = (length * 10) + (linkage[position++] - '0');
            }
            if (length == 0 || length > linkage.Length - position)
            {
                return null;
            }
            parts.Add(linkage.Substring(position, length));
            position += length;
        }
        if (position >= linkage.Length || linkage[position] != 'E' || parts.Count == 0)
        {
            return null;
        }
        if (parts.Count > 1 && IsHash(parts[^1]))
        {
            parts.RemoveAt(parts.Count - 1);
        }
        return string.Join("::", parts.Select(Unescaped));
    }

    private static bool IsHash(string part) => part.Length == 17 && part[0] == 'h' && part.Skip(1).All(char.IsAsciiHexDigitLower);

    // rustc writes characters that names cannot have as $..$ and .. .
    private static string Unescaped(string part) => (part.StartsWith("_$", StringComparison.Ordinal) ? part[1..] : part)
        .Replace("$LT$", "<", StringComparison.Ordinal).Replace("$GT$", ">", StringComparison.Ordinal).Replace("$RF$", "&", StringComparison.Ordinal)
        .Replace("$C$", ",", StringComparison.Ordinal).Replace("$u20$", " ", StringComparison.Ordinal).Replace("$u7b$", "{", StringComparison.Ordinal)
        .Replace("$u7d$", "}", StringComparison.Ordinal).Replace("$u5b$", "[", StringComparison.Ordinal).Replace("$u5d$", "]", StringComparison.Ordinal)
        .Replace("$BP$", "*", StringComparison.Ordinal).Replace("..", "::", StringComparison.Ordinal);
}
