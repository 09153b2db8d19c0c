using System.Buffers.Binary;
using System.Text;

namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>Reads numbers and strings of a section; whatever goes beyond its end is refused.</summary>
internal ref struct DwarfCursor
{
    private const int MostLebBytes = 19;
    private const int MostStringBytes = 2048;
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Stands at an offset of a section.</summary>
    public DwarfCursor(ReadOnlySpan<byte> bytes, long position)
    {
        _bytes = bytes;
        if (position < 0 || position > bytes.Length)
        {
            throw new DwarfException("an offset is beyond its section");
        }
        Position = (int)position;
    }

    /// <summary>Where it stands.</summary>
    public int Position { get; private set; }

    /// <summary>Whether it stands at the end.</summary>
    public readonly bool IsAtEnd => Position >= _bytes.Length;

    /// <summary>Goes on to an offset.</summary>
    public void Skip(ulong count)
    {
        if (count > (ulong)(_bytes.Length - Position))
        {
            throw new DwarfException("a length is beyond its section");
        }
        Position += (int)count;
    }

    /// <summary>A byte.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>An unsigned number of 1 to 8 bytes.</summary>
    public ulong ReadFixed(int bytes)
    {
        var taken = Take(bytes);
        return bytes switch
        {
            1 => taken[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(taken),
            3 => BinaryPrimitives.ReadUInt16LittleEndian(taken) | ((ulong)taken[2] << 16),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(taken),
            8 => BinaryPrimitives.ReadUInt64LittleEndian(taken),
            _ => throw new DwarfException("a number has an unknown size"),
        };
    }

    /// <summary>An unsigned number in LEB128.</summary>
    public ulong ReadUnsigned()
    {
        var value = 0UL;
        for (var i = 0; i < MostLebBytes; i++)
        {
            var part = ReadByte();
            if (i < 10)
            {
                value |= (ulong)(part & 0x7F) << (7 * i);
            }
            if (part < 0x80)
            {
                return value;
            }
        }
        throw new DwarfException("a number is too long");
    }

    /// <summary>A signed number in LEB128.</summary>
    public long ReadSigned()
    {
        var value = 0L;
        for (var i = 0; i < MostLebBytes; i++)
        {
            var part = ReadByte();
            var shift = 7 * i;
            if (shift < 64)
            {
                value |= (long)(part & 0x7F) << shift;
            }
            if (part < 0x80)
            {
                return (part & 0x40) != 0 && shift + 7 < 64 ? value | (-1L << (shift + 7)) : value;
            }
        }
        throw new DwarfException("a number is too long");
    }

    /// <summary>The length that begins a unit, and with it the size of offsets: 4 or 8.</summary>
    public ulong ReadLength(out int offsetSize)
    {
        var length = ReadFixed(4);
        offsetSize = 4;
        if (length == 0xFFFF_FFFF)
        {
            offsetSize = 8;
            length = ReadFixed(8);
        }
        return length;
    }

    /// <summary>Goes beyond text; false when it is empty.</summary>
    public bool SkipText()
    {
        var length = _bytes[Position..].IndexOf((byte)0);
        if (length < 0)
        {
            throw new DwarfException("a text has no end");
        }
        Position += length + 1;
        return length > 0;
    }

    /// <summary>Text up to a zero, without what would disturb a terminal.</summary>
    public string ReadText()
    {
        var start = Position;
        SkipText();
        var text = Encoding.UTF8.GetString(_bytes.Slice(start, Math.Min(Position - 1 - start, MostStringBytes)));
        return text.Any(char.IsControl) ? string.Concat(text.Select(character => char.IsControl(character) ? '?' : character)) : text;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
        {
            throw new DwarfException("a section ends early");
        }
        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }
}
