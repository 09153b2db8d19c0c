namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>Where the entries of a unit's functions are, so that only one function is looked through for an address.</summary>
internal sealed class UnitFunctions
{
    private readonly List<(ulong Low, ulong High, int Entry)> _functions = [];

    /// <summary>Walks over all entries once.</summary>
    public UnitFunctions(in DwarfSections sections, DwarfUnit unit, DwarfWork work)
    {
        var cursor = new DwarfCursor(sections.Units, unit.Entries);
        while (cursor.Position < unit.End)
        {
            work.Add();
            var start = cursor.Position;
            if (!DwarfEntry.Read(ref cursor, unit.Abbreviations, unit.Encoding, out var entry) || entry.Tag != DwarfTag.Subprogram)
            {
                continue;
            }
            if (entry.Ranges.Exists)
            {
                _functions.Add((0, ulong.MaxValue, start));
            }
            else if (DwarfRanges.Of(sections, unit, entry) is { } range)
            {
                _functions.Add((range.Low, range.High, start));
            }
        }
    }

    /// <summary>
    /// The function that holds an address, then the calls within that its compiler replaced by what they call, inwards; empty when none holds it.
    /// </summary>
    public List<DwarfEntry> Find(in DwarfSections sections, DwarfUnit unit, ulong address, DwarfWork work)
    {
        var found = new List<DwarfEntry>();
        foreach (var (low, high, start) in _functions)
        {
            work.Add();
            if (address < low || address >= high)
            {
                continue;
            }
            var cursor = new DwarfCursor(sections.Units, start);
            DwarfEntry.Read(ref cursor, unit.Abbreviations, unit.Encoding, out var function);
            if (DwarfRanges.Holds(sections, unit, function, address, work))
            {
                found.Add(function);
                AddInlined(sections, unit, function, cursor, address, found, work);
                return found;
            }
        }
        return found;
    }

    private static void AddInlined(
        in DwarfSections sections, DwarfUnit unit, in DwarfEntry function, DwarfCursor cursor, ulong address, List<DwarfEntry> found, DwarfWork work)
    {
        for (var depth = function.HasChildren ? 1 : 0; depth > 0 && cursor.Position < unit.End;)
        {
            work.Add();
            if (!DwarfEntry.Read(ref cursor, unit.Abbreviations, unit.Encoding, out var entry))
            {
                depth--;
                continue;
            }
            if (entry.HasChildren)
            {
                depth++;
            }
            // Of two that hold an address, the one that comes later is within the other.
            if (entry.Tag == DwarfTag.InlinedSubroutine && found.Count < SourceLocations.MostInlined && DwarfRanges.Holds(sections, unit, entry, address, work))
            {
                found.Add(entry);
            }
        }
    }
}
