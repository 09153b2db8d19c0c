namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>Runs a line program (DWARF 5, 6.2): rows of addresses and places, in sequences.</summary>
internal ref struct LineProgram
{
    private readonly LineHeader _header;
    private readonly DwarfWork _work;
    private DwarfCursor _cursor;

    /// <summary>Stands at the beginning of a sequence.</summary>
    /// <param name="lines">The section.</param>
    /// <param name="header">The program's header.</param>
    /// <param name="sequence">Where the sequence begins.</param>
    /// <param name="work">Counts what is run.</param>
    public LineProgram(ReadOnlySpan<byte> lines, LineHeader header, int sequence, DwarfWork work)
    {
        _header = header;
        _work = work;
        _cursor = new DwarfCursor(lines[..header.End], sequence);
        Row = LineRow.First;
    }

    /// <summary>Where it stands.</summary>
    public readonly int Position => _cursor.Position;

    /// <summary>Whether the program is at its end.</summary>
    public readonly bool IsAtEnd => _cursor.IsAtEnd;

    /// <summary>The row at hand.</summary>
    public LineRow Row { get; private set; }

    /// <summary>Goes on to the next row; false at the end of the program.</summary>
    public bool Next()
    {
        if (Row.EndsSequence)
        {
            Row = LineRow.First;
        }
        while (!_cursor.IsAtEnd)
        {
            _work.Add();
            var opcode = _cursor.ReadByte();
            if (opcode >= _header.OpcodeBase)
            {
                RunSpecial(opcode - _header.OpcodeBase);
                return true;
            }
            if (opcode == 0 ? RunExtended() : RunStandard(opcode))
            {
                return true;
            }
        }
        return false;
    }

    private void RunSpecial(int opcode) => Row = Row with
    {
        Address = Row.Address + ((ulong)(opcode / _header.LineRange) * _header.MinimumInstruction),
        Line = Row.Line + _header.LineBase + (opcode % _header.LineRange),
    };

    private bool RunExtended()
    {
        var length = _cursor.ReadUnsigned();
        if (length == 0)
        {
            return false;
        }
        var rest = _cursor;
        rest.Skip(length);
        switch (_cursor.ReadByte())
        {
            case 1:
                Row = Row with { EndsSequence = true };
                _cursor = rest;
                return true;
            case 2 when length is 5 or 9:
                Row = Row with { Address = _cursor.ReadFixed((int)length - 1) };
                break;
        }
        _cursor = rest;
        return false;
    }

    private bool RunStandard(byte opcode)
    {
        switch (opcode)
        {
            case 1:
                return true;
            case 2:
                Row = Row with { Address = Row.Address + (_cursor.ReadUnsigned() * _header.MinimumInstruction) };
                return false;
            case 3:
                Row = Row with { Line = Row.Line + _cursor.ReadSigned() };
                return false;
            case 4:
                Row = Row with { File = _cursor.ReadUnsigned() };
                return false;
            case 5:
                Row = Row with { Column = _cursor.ReadUnsigned() };
                return false;
            case 8:
                Row = Row with { Address = Row.Address + ((ulong)((255 - _header.OpcodeBase) / _header.LineRange) * _header.MinimumInstruction) };
                return false;
            case 9:
                Row = Row with { Address = Row.Address + _cursor.ReadFixed(2) };
                return false;
            default:
                for (var operands = opcode <= _header.Operands.Length ? _header.Operands[opcode - 1] : 0; operands > 0; operands--)
                {
                    _cursor.ReadUnsigned();
                }
                return false;
        }
    }
}

/// <summary>From an address on, instructions come from a place in the source.</summary>
/// <param name="Address">The address.</param>
/// <param name="File">The file's number.</param>
/// <param name="Line">The line; 0 when no line is to blame.</param>
/// <param name="Column">The column; 0 when it is not known.</param>
/// <param name="EndsSequence">Whether the address is the first beyond the sequence.</param>
internal readonly record struct LineRow(ulong Address, ulong File, long Line, ulong Column, bool EndsSequence)
{
    /// <summary>The row that a sequence begins with.</summary>
    public static LineRow First { get; } = new(0, 1, 1, 0, EndsSequence: false);
}
