using System.Buffers.Binary;
using System.Text;

namespace Mik.Fuzz;

/// <summary>Writes the binary format.</summary>
internal sealed class ByteWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>What was written.</summary>
    public byte[] ToArray() => [.. _bytes];

    public ByteWriter Byte(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    public ByteWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public ByteWriter Unsigned(ulong value)
    {
        do
        {
            var low = (byte)(value & 0x7F);
            value >>= 7;
            _bytes.Add((byte)(value == 0 ? low : low | 0x80));
        }
        while (value != 0);
        return this;
    }

    public ByteWriter Signed(long value)
    {
        while (true)
        {
            var low = (byte)(value & 0x7F);
            value >>= 7;
            if ((value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0))
            {
                _bytes.Add(low);
                return this;
            }
            _bytes.Add((byte)(low | 0x80));
        }
    }

    public ByteWriter F32(float value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Bytes(bytes);
    }

    public ByteWriter F64(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return Bytes(bytes);
    }

    public ByteWriter Name(string name) => Unsigned((ulong)Encoding.UTF8.GetByteCount(name)).Bytes(Encoding.UTF8.GetBytes(name));

    /// <summary>A vector.</summary>
    public ByteWriter Items<T>(IReadOnlyCollection<T> items, Action<ByteWriter, T> write)
    {
        Unsigned((ulong)items.Count);
        foreach (var item in items)
        {
            write(this, item);
        }
        return this;
    }

    /// <summary>A section or a body: its length, then its contents.</summary>
    public ByteWriter Sized(Action<ByteWriter> contents)
    {
        var inner = new ByteWriter();
        contents(inner);
        return Unsigned((ulong)inner._bytes.Count).Bytes(inner.ToArray());
    }
}
