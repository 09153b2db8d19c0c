using System.Buffers;
using System.Text;

namespace Mik.Components.Composition;

/// <summary>Writes the binary format of components (Binary.md): sections of counted items, adjacent items of one section together.</summary>
internal sealed class SectionWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly ArrayBufferWriter<byte> _items = new();
    private byte _section;
    private uint _count;

    public SectionWriter() => _bytes.Write((ReadOnlySpan<byte>)[0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00]);

    /// <summary>Appends an item to a section that is a vector of items.</summary>
    public void Add(byte section, ReadOnlySpan<byte> item)
    {
        if (section != _section)
        {
            Flush();
            _section = section;
        }
        _items.Write(item);
        _count++;
    }

    /// <summary>Appends a section that is not a vector.</summary>
    public void AddWhole(byte section, ReadOnlySpan<byte> content)
    {
        Flush();
        _bytes.Write((ReadOnlySpan<byte>)[section]);
        _bytes.Write(Unsigned((uint)content.Length));
        _bytes.Write(content);
    }

    /// <summary>The binary.</summary>
    public byte[] ToArray()
    {
        Flush();
        return _bytes.WrittenSpan.ToArray();
    }

    /// <summary>A number in LEB128.</summary>
    public static byte[] Unsigned(uint value)
    {
        Span<byte> bytes = stackalloc byte[5];
        var length = 0;
        do
        {
            bytes[length++] = (byte)((value & 0x7F) | (value > 0x7F ? 0x80u : 0));
            value >>= 7;
        }
        while (value != 0);
        return bytes[..length].ToArray();
    }

    /// <summary>A number that is not negative, in signed LEB128.</summary>
    public static byte[] Signed(uint value)
    {
        Span<byte> bytes = stackalloc byte[6];
        var length = 0;
        var rest = (long)value;
        while (rest > 0x3F)
        {
            bytes[length++] = (byte)((rest & 0x7F) | 0x80);
            rest >>= 7;
        }
        bytes[length++] = (byte)rest;
        return bytes[..length].ToArray();
    }

    /// <summary>A length and UTF-8.</summary>
    public static byte[] Name(string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        return [.. Unsigned((uint)text.Length), .. text];
    }

    private void Flush()
    {
        if (_count > 0)
        {
            byte[] count = Unsigned(_count);
            _bytes.Write((ReadOnlySpan<byte>)[_section]);
            _bytes.Write(Unsigned((uint)(count.Length + _items.WrittenCount)));
            _bytes.Write(count);
            _bytes.Write(_items.WrittenSpan);
            _items.ResetWrittenCount();
            _count = 0;
        }
        _section = 0;
    }
}
