using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>Which source a module's instructions come from. What is damaged is left out: lines without inlined calls, or names only.</summary>
internal sealed class SourceLocations
{
    /// <summary>Calls within one function that are shown.</summary>
    public const int MostInlined = 32;

    private readonly DwarfWork _work = new();
    private readonly LineIndex? _lines;
    private readonly DwarfUnits? _units;

    /// <summary>Finds out what is where.</summary>
    public SourceLocations(WasmModule module)
    {
        var sections = new DwarfSections(module);
        try
        {
            _lines = new LineIndex(sections, _work);
            _units = new DwarfUnits(sections, _work);
        }
        catch (DwarfException)
        {
            // Whatever was found is used.
        }
    }

    /// <summary>The calls at an instruction, innermost first.</summary>
    /// <param name="module">The module.</param>
    /// <param name="position">Offset of the instruction in it.</param>
    /// <param name="function">The name of the function that the instruction is in.</param>
    public GuestFrame[] Find(WasmModule module, int position, string function)
    {
        var sections = new DwarfSections(module);
        var address = (ulong)(position - module.CodeStart);
        try
        {
            if (_lines?.Find(sections, address) is not var (header, row))
            {
                return [new GuestFrame(function)];
            }
            var unit = UnitOf(sections, header);
            var folder = unit?.TextOf(sections, unit.Root.CompilationFolder);
            var innermost = new Place(header.Files.PathOf(sections, row.File, folder, _work), row.Line, row.Column);
            return unit is null ? [innermost.In(function)] : WithInlined(sections, unit, header, innermost, function, address);
        }
        catch (DwarfException)
        {
            return [new GuestFrame(function)];
        }
    }

    private DwarfUnit? UnitOf(in DwarfSections sections, LineHeader header)
    {
        try
        {
            return _units?.WithLines(sections, header.Start);
        }
        catch (DwarfException)
        {
            return null;
        }
    }

    private GuestFrame[] WithInlined(in DwarfSections sections, DwarfUnit unit, LineHeader header, Place place, string function, ulong address)
    {
        var start = place;
        try
        {
            var frames = new List<GuestFrame>();
            var calls = _units!.FunctionsOf(sections, unit).Find(sections, unit, address, _work);
            for (var i = calls.Count - 1; i > 0; i--)
            {
                frames.Add(place.In(FunctionNames.Of(sections, _units, unit, calls[i]) ?? "?", isInlined: true));
                var file = header.Files.PathOf(sections, calls[i].CallFile.Number, unit.TextOf(sections, unit.Root.CompilationFolder), _work);
                place = new Place(file, (long)calls[i].CallLine.Number, calls[i].CallColumn.Number);
            }
            frames.Add(place.In(FunctionNames.Readable(function, calls.Count == 0 ? null : unit.TextOf(sections, calls[0].Name))));
            return [.. frames];
        }
        catch (DwarfException)
        {
            return [start.In(function)];
        }
    }

    private readonly record struct Place(string? File, long Line, ulong Column)
    {
        public GuestFrame In(string function, bool isInlined = false) =>
            new(function, File, (int)Math.Clamp(Line, 0, int.MaxValue), (int)Math.Min(Column, int.MaxValue), isInlined);
    }
}
