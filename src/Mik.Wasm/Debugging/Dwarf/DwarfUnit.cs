namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>A unit of <c>.debug_info</c>: what one run of the guest's compiler made.</summary>
internal sealed class DwarfUnit
{
    private const byte CompileUnit = 1;
    private const byte PartialUnit = 3;

    private DwarfEntry _root;

    private DwarfUnit(int start, int end, int entries, DwarfEncoding encoding, DwarfAbbreviations abbreviations)
    {
        Start = start;
        End = end;
        Entries = entries;
        Encoding = encoding;
        Abbreviations = abbreviations;
    }

    /// <summary>Offset of its header in the section.</summary>
    public int Start { get; }

    /// <summary>Offset of what follows it.</summary>
    public int End { get; }

    /// <summary>Offset of its first entry.</summary>
    public int Entries { get; }

    /// <summary>How it is written.</summary>
    public DwarfEncoding Encoding { get; }

    /// <summary>The shapes of its entries.</summary>
    public DwarfAbbreviations Abbreviations { get; }

    /// <summary>Its first entry.</summary>
    public DwarfEntry Root => _root;

    /// <summary>Reads the header and first entry of the unit at an offset.</summary>
    /// <param name="sections">The sections.</param>
    /// <param name="start">The offset.</param>
    /// <param name="shapes">The tables of shapes.</param>
    /// <param name="end">Offset of what follows the unit.</param>
    /// <returns>Null when it is a unit of another kind.</returns>
    public static DwarfUnit? Read(in DwarfSections sections, int start, DwarfShapes shapes, out int end)
    {
        var cursor = new DwarfCursor(sections.Units, start);
        var length = cursor.ReadLength(out var offsetSize);
        var rest = cursor;
        rest.Skip(length);
        end = rest.Position;
        var version = (int)cursor.ReadFixed(2);
        if (version is < 2 or > 5)
        {
            return null;
        }
        var kind = version >= 5 ? cursor.ReadByte() : CompileUnit;
        var addressSize = version >= 5 ? cursor.ReadByte() : 0;
        var abbreviations = cursor.ReadFixed(offsetSize);
        if (version < 5)
        {
            addressSize = cursor.ReadByte();
        }
        if (kind is not (CompileUnit or PartialUnit) || addressSize is not (4 or 8))
        {
            return null;
        }
        var encoding = new DwarfEncoding(version, addressSize, offsetSize);
        var unit = new DwarfUnit(start, end, cursor.Position, encoding, shapes.At(sections, abbreviations));
        DwarfEntry.Read(ref cursor, unit.Abbreviations, unit.Encoding, out unit._root);
        return unit;
    }

    /// <summary>A value as text; null when it is none.</summary>
    public string? TextOf(in DwarfSections sections, DwarfValue value) => value.Form switch
    {
        DwarfForm.String => new DwarfCursor(sections.Units, (long)value.Number).ReadText(),
        DwarfForm.StringOffset => new DwarfCursor(sections.Strings, (long)value.Number).ReadText(),
        DwarfForm.LineString => new DwarfCursor(sections.LineStrings, (long)value.Number).ReadText(),
        DwarfForm.StringIndex or DwarfForm.StringIndex1 or DwarfForm.StringIndex2 or DwarfForm.StringIndex3 or DwarfForm.StringIndex4 =>
            new DwarfCursor(
                sections.Strings, (long)Entry(sections.StringOffsets, _root.StringOffsetsBase.Number, value.Number, Encoding.OffsetSize)).ReadText(),
        _ => null,
    };

    /// <summary>A value as an address.</summary>
    public ulong AddressOf(in DwarfSections sections, DwarfValue value) => value.Form switch
    {
        DwarfForm.AddressIndex or DwarfForm.AddressIndex1 or DwarfForm.AddressIndex2 or DwarfForm.AddressIndex3 or DwarfForm.AddressIndex4 =>
            AddressAt(sections, value.Number),
        _ => value.Number,
    };

    /// <summary>An entry of the unit's table of addresses.</summary>
    public ulong AddressAt(in DwarfSections sections, ulong index) => Entry(sections.Addresses, _root.AddressBase.Number, index, Encoding.AddressSize);

    /// <summary>Offset in the section of the entry that a value leads to; null when it is in no section at hand.</summary>
    public long? EntryOf(DwarfValue value) => value.Form switch
    {
        DwarfForm.Reference1 or DwarfForm.Reference2 or DwarfForm.Reference4 or DwarfForm.Reference8 or DwarfForm.ReferenceUnsigned =>
            value.Number > int.MaxValue ? null : Start + (long)value.Number,
        DwarfForm.ReferenceToSection => value.Number > int.MaxValue ? null : (long)value.Number,
        _ => null,
    };

    private static ulong Entry(ReadOnlySpan<byte> table, ulong start, ulong index, int size)
    {
        if (index > (ulong)table.Length || start > (ulong)table.Length)
        {
            throw new DwarfException("an index is beyond its table");
        }
        return new DwarfCursor(table, (long)(start + (index * (ulong)size))).ReadFixed(size);
    }
}
