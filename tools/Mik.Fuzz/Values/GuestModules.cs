using System.Collections.Immutable;
using Mik.Wasm.Model;

namespace Mik.Fuzz.Values;

/// <summary>
/// The core modules of the two guests. Both have an allocator and a hash of all that the guest can see: arguments, calls of the
/// allocator, memory.
/// </summary>
/// <param name="random">Decides how the allocators behave.</param>
internal sealed class GuestModules(RandomSource random)
{
    private const int MemoryBytes = 2 * MemoryImage.Size;
    private const byte LocalGet =
        0x20, LocalSet = 0x21, LocalTee = 0x22, GlobalGet = 0x23, GlobalSet = 0x24, I32Const = 0x41, I64Const = 0x42, Call = 0x10, End = 0x0B;
    private const int Reallocate = 0, Mix = 1, Finish = 2;

    // The types of the common functions.
    private static readonly FunctionType[] Common =
    [
        new([WasmValueType.I32, WasmValueType.I32, WasmValueType.I32, WasmValueType.I32], [WasmValueType.I32]),
        new([WasmValueType.I64], []),
        new([], [WasmValueType.I64]),
    ];

    /// <summary>Memory, <c>realloc</c>, <c>mix</c> (takes a number into the hash) and <c>finish</c> (takes the memory into it; gives it).</summary>
    public byte[] Library(ReadOnlySpan<byte> image) => Module(image, [], [], []);

    /// <summary>The library, with <c>f</c>, which hashes its parameters and returns a constant, and <c>post</c>, which hashes that.</summary>
    public byte[] Callee(ReadOnlySpan<byte> image, FunctionType function, IReadOnlyList<CoreValue> results)
    {
        var body = new ByteWriter().Unsigned(0);
        MixParameters(body, function.Parameters.AsSpan(), Mix);
        body.Byte(Call).Unsigned(Finish).Byte(0x1A);
        foreach (var result in results)
        {
            Constant(body, result);
        }
        var post = new ByteWriter().Unsigned(0);
        MixParameters(post, function.Results.AsSpan(), Mix);
        return Module(
            image, [function, new FunctionType(function.Results, [])], ["f", "post"], [body.Byte(End).ToArray(), post.Byte(End).ToArray()]);
    }

    /// <summary>Imports <c>f</c>, <c>mix</c> and <c>finish</c>; its <c>run</c> calls <c>f</c>, hashes what it gives and returns the hash.</summary>
    public static byte[] Caller(FunctionType function, IReadOnlyList<CoreValue> arguments)
    {
        var body = new ByteWriter().Unsigned(0);
        foreach (var argument in arguments)
        {
            Constant(body, argument);
        }
        body.Byte(Call).Unsigned(0);
        foreach (var result in function.Results)
        {
            ToI64(body, result);
            body.Byte(Call).Unsigned(1);
        }
        body.Byte(Call).Unsigned(2).Byte(End);
        FunctionType[] types = [function, Common[Mix], Common[Finish]];
        var module = Preamble();
        Section(module, 1, types, WriteType);
        Section(
            module, 2, ["f", "mix", "finish"],
            (section, name) => section.Name("env").Name(name).Byte(0).Unsigned(name switch { "f" => 0, "mix" => 1, _ => 2 }));
        module.Bytes([3, 2, 1, 2]);
        Section(module, 7, ["run"], (section, name) => section.Name(name).Byte(0).Unsigned(3));
        Section(module, 10, [body.ToArray()], (section, code) => section.Sized(content => content.Bytes(code)));
        return module.ToArray();
    }

    private byte[] Module(ReadOnlySpan<byte> image, FunctionType[] types, string[] names, byte[][] bodies)
    {
        var content = image.ToArray();
        var module = Preamble();
        Section(module, 1, [.. Common, .. types], WriteType);
        Section(module, 3, [.. Enumerable.Range(0, Common.Length + types.Length)], (section, index) => section.Unsigned((ulong)index));
        module.Bytes([5, 3, 1, 0, 2]);
        // Where free memory begins, and the hash.
        module.Byte(6).Sized(
            section => section.Unsigned(2).Bytes([0x7F, 1, I32Const]).Signed(MemoryImage.Size).Byte(End).Bytes([0x7E, 1, I64Const]).Signed(1).Byte(End));
        string[] functions = ["realloc", "mix", "finish", .. names];
        Section(module, 7, [.. functions, "memory"], (section, name) =>
            section.Name(name).Byte(name == "memory" ? 2 : 0).Unsigned(name == "memory" ? 0 : (ulong)Array.IndexOf(functions, name)));
        Section(module, 10, [ReallocateBody(), MixBody(), FinishBody(), .. bodies], (section, code) => section.Sized(part => part.Bytes(code)));
        module.Byte(11).Sized(section => section.Unsigned(1).Bytes([0, I32Const, 0, End]).Sized(data => data.Bytes(content)));
        return module.ToArray();
    }

    // (old, old size, alignment, size): moves upwards, to the end of memory. What it frees it clears: engines may leave there what they
    // like. So it does with the alignment of a block that shrinks, which in one case is 1 in the specification and 2 in Wasmtime.
    private byte[] ReallocateBody()
    {
        var body = new ByteWriter().Bytes([1, 1, 0x7F]);
        body.Bytes([LocalGet, 0, 0x04, 0x40, I32Const, 2, LocalSet, 2, End]);
        for (byte i = 0; i < 4; i++)
        {
            body.Bytes([LocalGet, i, 0xAD, Call, Mix]);
        }
        if (random.OneIn(2))
        {
            // A block that shrinks stays: if (old != 0 && size <= old size) { fill(old + size, 0, old size - size); return old; }
            body.Bytes([LocalGet, 0, 0x04, 0x40, LocalGet, 3, LocalGet, 1, 0x4D, 0x04, 0x40]);
            body.Bytes([LocalGet, 0, LocalGet, 3, 0x6A, I32Const, 0, LocalGet, 1, LocalGet, 3, 0x6B, 0xFC, 11, 0, LocalGet, 0, 0x0F, End, End]);
        }
        // result = (next + alignment - 1) & -alignment; next = result + size; beyond the memory: unreachable
        body.Bytes([GlobalGet, 0, LocalGet, 2, 0x6A, I32Const, 1, 0x6B, I32Const, 0, LocalGet, 2, 0x6B, 0x71, LocalTee, 4, LocalGet, 3, 0x6A, GlobalSet, 0]);
        body.Bytes([LocalGet, 4, 0xAD, LocalGet, 3, 0xAD, 0x7C, I64Const]).Signed(MemoryBytes).Bytes([0x56, 0x04, 0x40, 0x00, End]);
        // copy(result, old, min(size, old size)); fill(old, 0, old size)
        body.Bytes([LocalGet, 4, LocalGet, 0, LocalGet, 3, LocalGet, 1, LocalGet, 3, LocalGet, 1, 0x49, 0x1B, 0xFC, 10, 0, 0]);
        body.Bytes([LocalGet, 0, I32Const, 0, LocalGet, 1, 0xFC, 11, 0, LocalGet, 4]);
        if (random.OneIn(20))
        {
            // A faulty allocator.
            body.Byte(I32Const).Signed(random.Pick<int>([1, 2, 4, MemoryImage.Size, int.MaxValue])).Byte(0x6A);
        }
        return body.Byte(End).ToArray();
    }

    // hash = rotl(hash ^ number, 5) * prime
    private static byte[] MixBody() =>
        new ByteWriter().Bytes(
            [0, GlobalGet, 1, LocalGet, 0, 0x85, I64Const, 5, 0x89, I64Const]).Signed(0x100000001B3).Bytes([0x7E, GlobalSet, 1, End]).ToArray();

    private static byte[] FinishBody() => new ByteWriter()
        .Bytes([1, 1, 0x7F, 0x03, 0x40, LocalGet, 0, 0x29, 3, 0, Call, Mix, LocalGet, 0, I32Const, 8, 0x6A, LocalTee, 0, I32Const]).Signed(MemoryBytes)
        .Bytes([0x47, 0x0D, 0, End, GlobalGet, 1, End]).ToArray();

    private static void MixParameters(ByteWriter body, ReadOnlySpan<WasmValueType> types, int mix)
    {
        for (var i = 0; i < types.Length; i++)
        {
            body.Byte(LocalGet).Unsigned((ulong)i);
            ToI64(body, types[i]);
            body.Byte(Call).Unsigned((ulong)mix);
        }
    }

    private static void ToI64(ByteWriter body, WasmValueType type) => body.Bytes(type.Kind switch
    {
        WasmTypeKind.I32 => [0xAD],
        WasmTypeKind.F32 => [0xBC, 0xAD],
        WasmTypeKind.F64 => [0xBD],
        _ => [],
    });

    private static void Constant(ByteWriter body, CoreValue value)
    {
        switch (value.Type.Kind)
        {
            case WasmTypeKind.I32:
                body.Byte(I32Const).Signed((int)value.Bits);
                break;
            case WasmTypeKind.I64:
                body.Byte(I64Const).Signed((long)value.Bits);
                break;
            case WasmTypeKind.F32:
                body.Byte(0x43).F32(BitConverter.UInt32BitsToSingle((uint)value.Bits));
                break;
            default:
                body.Byte(0x44).F64(BitConverter.UInt64BitsToDouble(value.Bits));
                break;
        }
    }

    private static void WriteType(ByteWriter section, FunctionType type)
    {
        section.Byte(0x60);
        foreach (var types in (ImmutableArray<WasmValueType>[])[type.Parameters, type.Results])
        {
            section.Unsigned((ulong)types.Length).Bytes([.. types.Select(item => (byte)item.Kind)]);
        }
    }

    private static ByteWriter Preamble() => new ByteWriter().Bytes("\0asm"u8).Bytes([1, 0, 0, 0]);

    private static void Section<T>(ByteWriter module, int id, T[] items, Action<ByteWriter, T> write) => module.Byte(id).Sized(section =>
    {
        section.Unsigned((ulong)items.Length);
        foreach (var item in items)
        {
            write(section, item);
        }
    });
}
