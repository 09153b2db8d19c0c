using System.Buffers.Binary;
using System.Text;
using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Fuzz.Values;

/// <summary>A core value, as bits.</summary>
internal readonly record struct CoreValue(WasmValueType Type, ulong Bits);

/// <summary>A guest's memory with random values in it as the canonical ABI stores them; some are not valid.</summary>
/// <param name="random">Where the values come from.</param>
/// <param name="encoding">How strings are stored.</param>
/// <param name="damage">One in so many numbers is a bad one; 0 for none.</param>
internal sealed class MemoryImage(RandomSource random, StringEncoding encoding, int damage)
{
    /// <summary>Bytes that values may take; the allocators begin behind them.</summary>
    public const int Size = 65536;

    // Lists are empty when less than this is left.
    private const int Reserve = 8192;
    private const int FirstAddress = 64;

    private static readonly Layout Layout = Layout.Memory32;
    private static readonly string[] Characters =
        ["a", "Z", "0", "\0", "\u007F", "\u0080", "é", "ÿ", "Ā", "ж", "\u2603", "\uD7FF", "\uE000", "\uFFFD", "\U00010000", "\U0001F370", "\U0010FFFF"];

    private readonly byte[] _bytes = new byte[Size];
    private int _next = FirstAddress;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _next);

    /// <summary>Stores values behind each other, as parameters are; their address, now and then a bad one.</summary>
    public CoreValue StoreAll(ReadOnlySpan<ComponentValueType> types)
    {
        var extent = Layout.ExtentOfFields(types);
        var address = Allocate((int)extent.Size, extent.Alignment);
        var offsets = Layout.FieldOffsets(types);
        for (var i = 0; i < types.Length; i++)
        {
            Store(types[i], address + offsets[i]);
        }
        return new(WasmValueType.I32, Pointer(address));
    }

    /// <summary>An area for a result; its address, now and then a bad one.</summary>
    public CoreValue Area(ComponentValueType type) => new(WasmValueType.I32, Pointer(Allocate(Layout.ElementSize(type), Layout.Alignment(type))));

    /// <summary>A value in its flat form.</summary>
    public IEnumerable<CoreValue> Flatten(ComponentValueType type)
    {
        if (Despecialization.IsRecordLike(type))
        {
            return Enumerable.Range(0, Despecialization.FieldCount(type)).SelectMany(i => Flatten(Despecialization.FieldType(type, i))).ToArray();
        }
        if (Despecialization.IsVariantLike(type))
        {
            return FlattenCase(type);
        }
        switch (type.Kind)
        {
            case ComponentTypeKind.String or ComponentTypeKind.List:
                var address = Allocate(8, 4);
                Store(type, address);
                return [new(WasmValueType.I32, Read(address)), new(WasmValueType.I32, Read(address + 4))];
            case ComponentTypeKind.S64 or ComponentTypeKind.U64:
                return [new(WasmValueType.I64, (ulong)random.Integer())];
            case ComponentTypeKind.F32:
                return [new(WasmValueType.F32, BitConverter.SingleToUInt32Bits((float)random.Float()))];
            case ComponentTypeKind.F64:
                return [new(WasmValueType.F64, BitConverter.DoubleToUInt64Bits(random.Float()))];
            case ComponentTypeKind.Char:
                return [new(WasmValueType.I32, Character())];
            default:
                // What is above the type's own bits is to be ignored.
                return [new(WasmValueType.I32, (uint)random.Integer())];
        }
    }

    private CoreValue[] FlattenCase(ComponentValueType type)
    {
        var chosen = random.Below(Despecialization.CaseCount(type));
        CoreValue[] payload = Despecialization.CasePayload(type, chosen) is { } part ? [.. Flatten(part)] : [];
        var slots = FlatTypes.Flatten(type, WasmValueType.I32) ?? throw new InvalidOperationException("the type has no flat form");
        // Bits that no case uses may be anything.
        return [.. slots.Select((slot, i) => new CoreValue(slot, i == 0
            ? Discriminant(type, chosen) : i <= payload.Length ? Widen(payload[i - 1], slot) : Any(slot)))];
    }

    private ulong Widen(CoreValue value, WasmValueType slot) =>
        slot == WasmValueType.I64 && value.Type.Kind is WasmTypeKind.I32 or WasmTypeKind.F32 && random.OneIn(2)
            ? (random.Next() << 32) | value.Bits : value.Bits;

    private ulong Any(WasmValueType slot) => slot.Kind switch
    {
        WasmTypeKind.F32 => BitConverter.SingleToUInt32Bits((float)random.Float()),
        WasmTypeKind.F64 => BitConverter.DoubleToUInt64Bits(random.Float()),
        WasmTypeKind.I32 => (uint)random.Integer(),
        _ => (ulong)random.Integer(),
    };

    private void Store(ComponentValueType type, int address)
    {
        if (Despecialization.IsRecordLike(type))
        {
            var offsets = Layout.FieldOffsets(type);
            for (var i = 0; i < offsets.Length; i++)
            {
                Store(Despecialization.FieldType(type, i), address + offsets[i]);
            }
            return;
        }
        if (Despecialization.IsVariantLike(type))
        {
            var chosen = random.Below(Despecialization.CaseCount(type));
            Write(address, Layout.DiscriminantSize(Despecialization.CaseCount(type)), Discriminant(type, chosen));
            if (Despecialization.CasePayload(type, chosen) is { } payload)
            {
                Store(payload, address + Layout.PayloadOffset(type));
            }
            return;
        }
        switch (type.Kind)
        {
            case ComponentTypeKind.String:
                StoreString(address);
                break;
            case ComponentTypeKind.List:
                StoreList(((ListType)type).Element, address);
                break;
            case ComponentTypeKind.Char:
                Write(address, 4, Character());
                break;
            default:
                Write(address, Layout.ElementSize(type), Flatten(type).First().Bits);
                break;
        }
    }

    private void StoreList(ComponentValueType element, int address)
    {
        var count = Size - _next < Reserve ? 0 : random.OneIn(10) ? random.Below(40) : random.Below(4);
        var size = Layout.ElementSize(element);
        if (count * size > Size - _next - (Reserve / 2))
        {
            count = 0;
        }
        var elements = Allocate(size * count, Layout.Alignment(element));
        for (var i = 0; i < count; i++)
        {
            Store(element, elements + (i * size));
        }
        Write(address, 4, Pointer(elements));
        Write(address + 4, 4, Length(count));
    }

    private void StoreString(int address)
    {
        var isPlain = random.OneIn(2);
        var count = Size - _next < Reserve ? 0 : random.OneIn(10) ? random.Below(60) : random.Below(8);
        var text = string.Concat(
            Enumerable.Range(0, count).Select(_ => random.Pick<string>(Characters.AsSpan(0, isPlain ? 5 : random.OneIn(2) ? 8 : Characters.Length))));
        var isLatin = text.All(character => character <= '\u00FF') && !random.OneIn(3);
        var (bytes, alignment, tag) = encoding switch
        {
            StringEncoding.Utf8 => (Encoding.UTF8.GetBytes(text), 1, 0u),
            StringEncoding.Utf16 => (Encoding.Unicode.GetBytes(text), 2, 0u),
            _ => isLatin ? (Encoding.Latin1.GetBytes(text), 2, 0u) : (Encoding.Unicode.GetBytes(text), 2, 1u << 31),
        };
        if (bytes.Length > 0 && damage != 0 && random.OneIn(8))
        {
            bytes[random.Below(bytes.Length)] = random.Pick<byte>([0x00, 0x80, 0xC0, 0xD8, 0xDC, 0xED, 0xF4, 0xFF]);
        }
        var units = (ulong)(encoding == StringEncoding.Utf16 || tag != 0 ? bytes.Length / 2 : bytes.Length);
        var content = Allocate(bytes.Length, alignment);
        bytes.CopyTo(_bytes, content);
        Write(address, 4, Pointer(content));
        Write(address + 4, 4, Length((int)units) | tag);
    }

    private uint Character() => IsBad() ? random.Pick<uint>([0xD800, 0xDFFF, 0x110000, uint.MaxValue])
        : random.Pick<uint>([0, 'a', 0xE9, 0x2603, 0xD7FF, 0xE000, 0x1F370, 0x10FFFF]);

    private ulong Discriminant(ComponentValueType type, int chosen) =>
        IsBad() ? random.Pick<ulong>([(ulong)Despecialization.CaseCount(type), 0xFF, 0x100, uint.MaxValue]) : (ulong)chosen;

    private uint Pointer(int address) => !IsBad() ? (uint)address : random.Below(4) switch
    {
        0 => (uint)address + 1,
        1 => (uint)(2 * Size) - (uint)random.Below(16),
        2 => (uint)random.Integer(),
        _ => (uint)(address + random.Below(64)),
    };

    private uint Length(int count) => !IsBad() ? (uint)count : random.Below(4) switch
    {
        0 => (uint)count + 1,
        1 => (uint)random.Integer(),
        2 => (uint)random.Below(3000),
        _ => (uint)(count * 2),
    };

    private bool IsBad() => damage != 0 && random.OneIn(damage);

    private int Allocate(int size, int alignment)
    {
        var address = (int)Layout.AlignTo(_next + (random.OneIn(4) ? random.Below(9) : 0), alignment);
        _next = address + size;
        return _next <= Size ? address : throw new InvalidOperationException("the values are too large");
    }

    private uint Read(int address) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(address));

    private void Write(int address, int size, ulong bits)
    {
        for (var i = 0; i < size; i++)
        {
            _bytes[address + i] = (byte)(bits >> (8 * i));
        }
    }
}
