namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>Where the sequences of all line programs are, by address.</summary>
internal sealed class LineIndex
{
    private const int MostSequences = 500_000;

    private readonly List<Sequence> _sequences = [];
    private readonly DwarfWork _work;

    /// <summary>Runs all programs.</summary>
    public LineIndex(in DwarfSections sections, DwarfWork work)
    {
        _work = work;
        for (var start = 0; start < sections.Lines.Length;)
        {
            work.Add();
            var header = new LineHeader(sections.Lines, start, out var end);
            if (header.IsKnown)
            {
                Add(sections, header);
            }
            start = end;
        }
        _sequences.Sort(static (one, other) => one.Low.CompareTo(other.Low));
    }

    /// <summary>The row of an address, and the header of its program; null when no sequence holds it.</summary>
    public (LineHeader Header, LineRow Row)? Find(in DwarfSections sections, ulong address)
    {
        var (low, high) = (0, _sequences.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _sequences[middle].Low <= address ? (middle + 1, high) : (low, middle);
        }
        if (low == 0 || address >= _sequences[low - 1].High)
        {
            return null;
        }
        var sequence = _sequences[low - 1];
        var header = new LineHeader(sections.Lines, sequence.Header, out _);
        var program = new LineProgram(sections.Lines, header, sequence.Start, _work);
        LineRow? found = null;
        while (program.Next() && !program.Row.EndsSequence && program.Row.Address <= address)
        {
            found = program.Row;
        }
        return found is { } row ? (header, row) : null;
    }

    private void Add(in DwarfSections sections, LineHeader header)
    {
        var program = new LineProgram(sections.Lines, header, header.Program, _work);
        while (!program.IsAtEnd)
        {
            var start = program.Position;
            var lowest = ulong.MaxValue;
            while (program.Next() && !program.Row.EndsSequence)
            {
                lowest = Math.Min(lowest, program.Row.Address);
            }
            // What the linker left out stands at 0 or beyond all code.
            if (program.Row.EndsSequence && lowest > 0 && lowest < program.Row.Address && program.Row.Address <= (ulong)sections.CodeLength)
            {
                if (_sequences.Count == MostSequences)
                {
                    throw new DwarfException("too many sequences");
                }
                _sequences.Add(new Sequence(lowest, program.Row.Address, header.Start, start));
            }
        }
    }

    /// <summary>A sequence.</summary>
    /// <param name="Low">Its first address.</param>
    /// <param name="High">The first address beyond it.</param>
    /// <param name="Header">Offset of its program's header.</param>
    /// <param name="Start">Offset of its first instruction.</param>
    private readonly record struct Sequence(ulong Low, ulong High, int Header, int Start);
}
