namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>Whether an entry's code holds an address (DWARF 5, 2.17).</summary>
internal static class DwarfRanges
{
    private const byte EndOfList = 0;
    private const byte BaseIndex = 1;
    private const byte StartIndexEndIndex = 2;
    private const byte StartIndexLength = 3;
    private const byte OffsetPair = 4;
    private const byte BaseAddress = 5;
    private const byte StartEnd = 6;
    private const byte StartLength = 7;

    /// <summary>Looks at the entry's range or list of ranges.</summary>
    public static bool Holds(in DwarfSections sections, DwarfUnit unit, in DwarfEntry entry, ulong address, DwarfWork work)
    {
        if (entry.Ranges.Exists)
        {
            return unit.Encoding.Version >= 5
                ? InList(sections, unit, entry.Ranges, address, work)
                : InPairs(sections, unit, entry.Ranges.Number, address, work);
        }
        return Of(sections, unit, entry) is { } range && IsIn(address, range.Low, range.High);
    }

    /// <summary>The one range of an entry that has no list; null when it has no code.</summary>
    public static (ulong Low, ulong High)? Of(in DwarfSections sections, DwarfUnit unit, in DwarfEntry entry)
    {
        if (!entry.LowPc.Exists || !entry.HighPc.Exists)
        {
            return null;
        }
        var low = unit.AddressOf(sections, entry.LowPc);
        var isAddress = entry.HighPc.Form is DwarfForm.Address or DwarfForm.AddressIndex
            or DwarfForm.AddressIndex1 or DwarfForm.AddressIndex2 or DwarfForm.AddressIndex3 or DwarfForm.AddressIndex4;
        return (low, isAddress ? unit.AddressOf(sections, entry.HighPc) : low + entry.HighPc.Number);
    }

    private static bool IsIn(ulong address, ulong low, ulong high) => low != 0 && address >= low && address < high;

    // Version 4: pairs of addresses; one whose first is the greatest address sets what the others count from.
    private static bool InPairs(in DwarfSections sections, DwarfUnit unit, ulong offset, ulong address, DwarfWork work)
    {
        var size = unit.Encoding.AddressSize;
        var greatest = size == 4 ? uint.MaxValue : ulong.MaxValue;
        var start = unit.AddressOf(sections, unit.Root.LowPc);
        var cursor = new DwarfCursor(sections.Ranges, (long)Math.Min(offset, long.MaxValue));
        while (true)
        {
            work.Add();
            var (low, high) = (cursor.ReadFixed(size), cursor.ReadFixed(size));
            if (low == 0 && high == 0)
            {
                return false;
            }
            if (low == greatest)
            {
                start = high;
            }
            else if (IsIn(address, start + low, start + high))
            {
                return true;
            }
        }
    }

    private static bool InList(in DwarfSections sections, DwarfUnit unit, DwarfValue list, ulong address, DwarfWork work)
    {
        var cursor = new DwarfCursor(sections.RangeLists, OffsetOf(sections, unit, list));
        var start = unit.Root.LowPc.Exists ? unit.AddressOf(sections, unit.Root.LowPc) : 0;
        while (true)
        {
            work.Add();
            ulong low;
            ulong high;
            switch (cursor.ReadByte())
            {
                case EndOfList:
                    return false;
                case BaseIndex:
                    start = unit.AddressAt(sections, cursor.ReadUnsigned());
                    continue;
                case BaseAddress:
                    start = cursor.ReadFixed(unit.Encoding.AddressSize);
                    continue;
                case StartIndexEndIndex:
                    (low, high) = (unit.AddressAt(sections, cursor.ReadUnsigned()), unit.AddressAt(sections, cursor.ReadUnsigned()));
                    break;
                case StartIndexLength:
                    low = unit.AddressAt(sections, cursor.ReadUnsigned());
                    high = low + cursor.ReadUnsigned();
                    break;
                case OffsetPair:
                    (low, high) = (start + cursor.ReadUnsigned(), start + cursor.ReadUnsigned());
                    break;
                case StartEnd:
                    (low, high) = (cursor.ReadFixed(unit.Encoding.AddressSize), cursor.ReadFixed(unit.Encoding.AddressSize));
                    break;
                case StartLength:
                    low = cursor.ReadFixed(unit.Encoding.AddressSize);
                    high = low + cursor.ReadUnsigned();
                    break;
                default:
                    throw new DwarfException("a range has an unknown kind");
            }
            if (IsIn(address, low, high))
            {
                return true;
            }
        }
    }

    private static long OffsetOf(in DwarfSections sections, DwarfUnit unit, DwarfValue list)
    {
        if (list.Form != DwarfForm.RangeListIndex)
        {
            return (long)Math.Min(list.Number, long.MaxValue);
        }
        var table = unit.Root.RangeListsBase.Number;
        if (table > int.MaxValue || list.Number > int.MaxValue)
        {
            throw new DwarfException("a list of ranges is beyond its section");
        }
        var size = unit.Encoding.OffsetSize;
        var offset = new DwarfCursor(sections.RangeLists, (long)(table + (list.Number * (ulong)size))).ReadFixed(size);
        return (long)Math.Min(table + offset, long.MaxValue);
    }
}
