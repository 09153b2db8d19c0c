namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>The header of a line program (DWARF 5, 6.2.4); versions 2 to 5. Its lists of folders and files are read when a file is asked for.</summary>
internal readonly struct LineHeader
{
    private readonly int _tables;

    /// <summary>Reads the header at an offset of the section.</summary>
    /// <param name="lines">The section.</param>
    /// <param name="start">The offset.</param>
    /// <param name="end">Offset of what follows the program.</param>
    public LineHeader(ReadOnlySpan<byte> lines, int start, out int end)
    {
        var cursor = new DwarfCursor(lines, start);
        var length = cursor.ReadLength(out var offsetSize);
        var rest = cursor;
        rest.Skip(length);
        end = rest.Position;
        Start = start;
        End = end;
        var version = (int)cursor.ReadFixed(2);
        Operands = [];
        IsKnown = version is >= 2 and <= 5;
        if (!IsKnown)
        {
            return;
        }
        var addressSize = 4;
        if (version >= 5)
        {
            addressSize = cursor.ReadByte();
            cursor.ReadByte();
        }
        Encoding = new DwarfEncoding(version, addressSize, offsetSize);
        var headerLength = cursor.ReadFixed(offsetSize);
        var program = cursor;
        program.Skip(headerLength);
        Program = program.Position;
        MinimumInstruction = cursor.ReadByte();
        if (version >= 4)
        {
            cursor.ReadByte();
        }
        cursor.ReadByte();
        LineBase = (sbyte)cursor.ReadByte();
        LineRange = cursor.ReadByte();
        OpcodeBase = cursor.ReadByte();
        if (LineRange == 0 || OpcodeBase == 0)
        {
            throw new DwarfException("a line program cannot be run");
        }
        Operands = lines.Slice(cursor.Position, Math.Min(OpcodeBase - 1, lines.Length - cursor.Position)).ToArray();
        cursor.Skip((ulong)OpcodeBase - 1);
        _tables = cursor.Position;
    }

    /// <summary>Whether its version is.</summary>
    public bool IsKnown { get; }

    /// <summary>Offset of the header.</summary>
    public int Start { get; }

    /// <summary>Offset of the program's first byte.</summary>
    public int Program { get; }

    /// <summary>Offset of what follows it.</summary>
    public int End { get; }

    /// <summary>How it is written.</summary>
    public DwarfEncoding Encoding { get; }

    public byte MinimumInstruction { get; }

    public sbyte LineBase { get; }

    public byte LineRange { get; }

    public byte OpcodeBase { get; }

    /// <summary>How many operands each standard opcode has, from number 1.</summary>
    public byte[] Operands { get; }

    /// <summary>The lists of folders and files.</summary>
    public LineFiles Files => new(Encoding, _tables);
}
