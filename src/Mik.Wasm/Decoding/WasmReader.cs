using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>Reads the binary format's basic values (core specification 5.2) from a range of a module. Positions are offsets in the module.</summary>
internal ref struct WasmReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private const byte NullableEncoding = 0x63;
    private const byte NonNullEncoding = 0x64;
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Makes a reader over a range of the module's bytes.</summary>
    public WasmReader(ReadOnlySpan<byte> module, int start, int length, WasmFeatures features, LoadBudget? budget = null)
    {
        Budget = budget;
        _bytes = module[..(start + length)];
        Position = start;
        Features = features;
    }

    /// <summary>Offset of the next byte in the module.</summary>
    public int Position { get; private set; }

    /// <summary>What the module may use.</summary>
    public readonly WasmFeatures Features { get; }

    /// <summary>The types that references may name; null where there are none.</summary>
    public TypeSpace? Types { readonly get; set; }

    /// <summary>Where what the module needs is noted; null where that was done before.</summary>
    public FeatureUse? Use { readonly get; init; }

    /// <summary>What reading may cost; null where that was counted before.</summary>
    public readonly LoadBudget? Budget { get; }

    /// <summary>Offset after the last byte of the range.</summary>
    public readonly int End => _bytes.Length;

    /// <summary>Number of bytes left.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Whether the range is read to its end.</summary>
    public readonly bool IsAtEnd => Position >= _bytes.Length;

    /// <summary>Whether a feature is on.</summary>
    public readonly bool Has(WasmFeatures feature) => (Features & feature) != WasmFeatures.None;

    /// <summary>Refuses what needs features of which one is off, and notes them otherwise.</summary>
    public readonly void Require(WasmFeatures features, string what, int offset)
    {
        if (features == WasmFeatures.None)
        {
            return;
        }
        if ((features & ~Features) is not WasmFeatures.None and var missing)
        {
            Throw.Disabled(what, missing, offset);
        }
        Use?.Add(features);
    }

    /// <summary>Reads one byte.</summary>
    public byte ReadByte()
    {
        if (Position >= _bytes.Length)
        {
            Throw.Malformed("unexpected end of section or function", Position);
        }
        return _bytes[Position++];
    }

    /// <summary>The next byte, which stays unread.</summary>
    public readonly byte PeekByte()
    {
        if (Position >= _bytes.Length)
        {
            Throw.Malformed("unexpected end of section or function", Position);
        }
        return _bytes[Position];
    }

    /// <summary>Reads <paramref name="count"/> raw bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            Throw.Malformed("length out of bounds", Position);
        }
        var bytes = _bytes.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>Goes on at a later position, which <see cref="Instructions"/> has read up to.</summary>
    public void AdvanceTo(int position) => Position = position;

    /// <summary>A reader of the instructions from here on; it does not move this reader.</summary>
    public readonly InstructionReader Instructions() => new(this);

    /// <summary>Cuts off the next <paramref name="length"/> bytes as a reader of their own.</summary>
    public WasmReader ReadRange(uint length)
    {
        if (length > (uint)Remaining)
        {
            Throw.Malformed("length out of bounds", Position);
        }
        var range = new WasmReader(_bytes, Position, (int)length, Features, Budget) { Types = Types, Use = Use };
        Position += (int)length;
        return range;
    }

    /// <summary>Reads an unsigned 32-bit LEB128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadU32() =>
        Position < _bytes.Length && _bytes[Position] < 0x80 ? _bytes[Position++] : (uint)ReadUnsigned(32);

    /// <summary>Reads an unsigned 64-bit LEB128.</summary>
    public ulong ReadU64() => ReadUnsigned(64);

    /// <summary>Reads a signed 32-bit LEB128.</summary>
    public int ReadS32() => (int)ReadSigned(32);

    /// <summary>Reads a signed 33-bit LEB128 (block types).</summary>
    public long ReadS33() => ReadSigned(33);

    /// <summary>Reads a signed 64-bit LEB128.</summary>
    public long ReadS64() => ReadSigned(64);

    /// <summary>Reads the bits of an <c>f32</c>.</summary>
    public uint ReadF32Bits() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(4));

    /// <summary>Reads the bits of an <c>f64</c>.</summary>
    public ulong ReadF64Bits() => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(8));

    /// <summary>Reads the length of a vector whose elements take at least <paramref name="elementBytes"/> bytes each,
    /// so that nothing is allocated for elements that cannot be there.</summary>
    /// <param name="what">The elements, for errors.</param>
    /// <param name="limit">The most of them.</param>
    /// <param name="elementBytes">Bytes that one takes in the file at least.</param>
    /// <param name="memoryBytes">Bytes that one takes in memory, about.</param>
    public int ReadCount(string what, int limit, int elementBytes = 1, int memoryBytes = 0)
    {
        var offset = Position;
        var count = ReadU32();
        if (count > (uint)Remaining / (uint)elementBytes)
        {
            Throw.Malformed("unexpected end of section or function: length out of bounds", offset);
        }
        if (count > (uint)limit)
        {
            Throw.OverLimit($"{count} {what}, more than the limit of {limit}", offset);
        }
        if (memoryBytes > 0)
        {
            Budget?.Charge(LoadResource.Declarations, (long)count * memoryBytes, offset);
        }
        return (int)count;
    }

    /// <summary>Reads a name (core specification 5.2.4).</summary>
    public string ReadName()
    {
        var length = ReadU32();
        var offset = Position;
        if (length > (uint)Remaining)
        {
            Throw.Malformed("length out of bounds", offset);
        }
        try
        {
            return StrictUtf8.GetString(ReadBytes((int)length));
        }
        catch (DecoderFallbackException)
        {
            Throw.Malformed("malformed UTF-8 encoding", offset);
            throw;
        }
    }

    /// <summary>Reads a value type (core specification 5.3.5).</summary>
    public WasmValueType ReadValueType()
    {
        var offset = Position;
        return TryReadValueType(out var type) ? type : UnknownType("malformed value type", ReadByte(), offset);
    }

    /// <summary>Reads a reference type (core specification 5.3.4).</summary>
    public WasmValueType ReadReferenceType()
    {
        var offset = Position;
        var encoding = PeekByte();
        return TryReadValueType(out var type) && type.IsReference
            ? type
            : UnknownType("malformed reference type", encoding, offset);
    }

    /// <summary>Reads a heap type (core specification 5.3.3) as the nullable reference type that it stands for.</summary>
    public WasmValueType ReadHeapType()
    {
        var offset = Position;
        var encoding = PeekByte();
        if (ReadS33() is >= 0 and var index)
        {
            Require(WasmFeatures.FunctionReferences, "a type index as heap type", offset);
            return TypeOf(index, offset);
        }
        return TryHeapType(encoding, offset, out var type) && Position == offset + 1 ? type : UnknownType("malformed heap type", encoding, offset);
    }

    /// <summary>Reads a block type (core specification 5.4.1).</summary>
    public BlockType ReadBlockType()
    {
        var offset = Position;
        var encoding = PeekByte();
        if (encoding == BlockType.EmptyEncoding)
        {
            Position++;
            return BlockType.Empty;
        }
        if (TryReadValueType(out var type))
        {
            return BlockType.OfValue(type);
        }
        if (Proposals.OfType(encoding) is { } proposal)
        {
            Throw.Unsupported($"block type 0x{encoding:x2}", proposal, offset);
        }
        var index = ReadS33();
        if (index < 0)
        {
            Throw.Malformed("malformed block type", offset);
        }
        return BlockType.OfIndex((int)(uint)index);
    }

    private readonly WasmValueType TypeOf(long index, int offset)
    {
        if (Types is null)
        {
            Throw.Invalid($"unknown type {index}", offset);
        }
        return Types.Reference(index, offset);
    }

    private bool TryReadValueType(out WasmValueType type)
    {
        var offset = Position;
        var encoding = PeekByte();
        switch (encoding)
        {
            case 0x7B:
                Require(WasmFeatures.Simd, "v128", offset);
                type = WasmValueType.V128;
                break;
            case >= 0x7C and <= 0x7F:
                type = new WasmValueType((WasmTypeKind)encoding);
                break;
            case NonNullEncoding or NullableEncoding:
                Require(WasmFeatures.FunctionReferences, "a reference type with a heap type", offset);
                Position++;
                type = ReadHeapType() with { IsNonNull = encoding == NonNullEncoding };
                return true;
            default:
                if (!TryHeapType(encoding, offset, out type))
                {
                    return false;
                }
                break;
        }
        Position++;
        return true;
    }

    private readonly bool TryHeapType(byte encoding, int offset, out WasmValueType type)
    {
        type = new WasmValueType(WasmTypeKind.Reference, (HeapTypeKind)encoding);
        var needed = (HeapTypeKind)encoding switch
        {
            HeapTypeKind.Func or HeapTypeKind.Extern => WasmFeatures.None,
            HeapTypeKind.Exn or HeapTypeKind.NoExn => WasmFeatures.Exceptions,
            >= HeapTypeKind.Array and <= HeapTypeKind.NoFunc => WasmFeatures.Gc,
            _ => (WasmFeatures?)null,
        };
        if (needed is null)
        {
            return false;
        }
        Require(needed.Value, needed == WasmFeatures.Exceptions ? "a type of exceptions" : "a type of objects", offset);
        return true;
    }

    private static WasmValueType UnknownType(string reason, byte encoding, int offset)
    {
        if (Proposals.OfType(encoding) is { } proposal)
        {
            Throw.Unsupported($"type 0x{encoding:x2}", proposal, offset);
        }
        Throw.Malformed(reason, offset);
        return default;
    }

    private ulong ReadUnsigned(int bits)
    {
        var offset = Position;
        ulong result = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = ReadByte();
            var left = bits - shift;
            if (left < 7 && (next & 0x7F) >> left != 0 && next < 0x80)
            {
                Throw.Malformed("integer too large", offset);
            }
            if (left <= 7 && next >= 0x80)
            {
                Throw.Malformed("integer representation too long", offset);
            }
            result |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return result;
            }
        }
    }

    private long ReadSigned(int bits)
    {
        var offset = Position;
        long result = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = ReadByte();
            var left = bits - shift;
            if (left <= 7)
            {
                if (next >= 0x80)
                {
                    Throw.Malformed("integer representation too long", offset);
                }
                // The unused bits of the last byte must repeat the sign bit.
                var extended = (sbyte)(next << 1) >> 1;
                var unused = extended >> (left - 1);
                if (unused is not 0 and not -1)
                {
                    Throw.Malformed("integer too large", offset);
                }
            }
            result |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                var width = Math.Min(shift + 7, 64);
                return result << (64 - width) >> (64 - width);
            }
        }
    }
}
