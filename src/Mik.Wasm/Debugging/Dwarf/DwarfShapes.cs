namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>The tables of shapes that were read; units share them.</summary>
internal sealed class DwarfShapes(DwarfWork work)
{
    private const int MostAttributes = 1_000_000;
    private readonly Dictionary<ulong, DwarfAbbreviations> _tables = [];
    private int _size;

    /// <summary>The table at an offset of its section.</summary>
    public DwarfAbbreviations At(in DwarfSections sections, ulong offset)
    {
        if (_tables.TryGetValue(offset, out var known))
        {
            return known;
        }
        var table = new DwarfAbbreviations(sections.Abbreviations, offset, work);
        if (_size + table.Size > MostAttributes)
        {
            _tables.Clear();
            _size = 0;
        }
        _size += table.Size;
        _tables.Add(offset, table);
        return table;
    }
}
