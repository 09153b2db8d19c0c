namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>
/// What all looks into a module's debug information may cost together: entries and rows are counted, so that none can be made that takes for ever.
/// </summary>
internal sealed class DwarfWork
{
    private const int Most = 100_000_000;
    private int _done;

    /// <summary>Counts steps.</summary>
    /// <exception cref="DwarfException">There were too many.</exception>
    public void Add(int steps = 1)
    {
        _done += steps;
        if (_done > Most)
        {
            throw new DwarfException("debug information is too large");
        }
    }
}
