namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>The units of a module, found by their line program or by an entry within.</summary>
internal sealed class DwarfUnits
{
    private const int MostUnits = 100_000;

    private readonly DwarfWork _work;
    private readonly DwarfShapes _shapes;
    private readonly List<int> _starts = [];
    private readonly Dictionary<ulong, int> _byLines = [];
    private readonly Dictionary<int, UnitFunctions> _functions = [];

    /// <summary>Looks at the header and first entry of each.</summary>
    public DwarfUnits(in DwarfSections sections, DwarfWork work)
    {
        _work = work;
        _shapes = new DwarfShapes(work);
        for (var start = 0; start < sections.Units.Length && _starts.Count < MostUnits;)
        {
            work.Add();
            var unit = DwarfUnit.Read(sections, start, _shapes, out var end);
            if (unit is not null)
            {
                _starts.Add(start);
                if (unit.Root.StatementList.Exists)
                {
                    _byLines.TryAdd(unit.Root.StatementList.Number, start);
                }
            }
            start = end;
        }
    }

    /// <summary>The unit whose line program is at an offset; null when there is none.</summary>
    public DwarfUnit? WithLines(in DwarfSections sections, int program) =>
        _byLines.TryGetValue((ulong)program, out var start) ? DwarfUnit.Read(sections, start, _shapes, out _) : null;

    /// <summary>The unit that holds an entry; null when none does.</summary>
    public DwarfUnit? Around(in DwarfSections sections, long entry)
    {
        var place = _starts.BinarySearch((int)Math.Clamp(entry, 0, int.MaxValue));
        var index = place < 0 ? ~place - 1 : place;
        var unit = index < 0 ? null : DwarfUnit.Read(sections, _starts[index], _shapes, out _);
        return unit is not null && entry >= unit.Entries && entry < unit.End ? unit : null;
    }

    /// <summary>The functions of a unit.</summary>
    public UnitFunctions FunctionsOf(in DwarfSections sections, DwarfUnit unit)
    {
        if (!_functions.TryGetValue(unit.Start, out var functions))
        {
            _functions[unit.Start] = functions = new UnitFunctions(sections, unit, _work);
        }
        return functions;
    }
}
