using System.Buffers.Binary;
using System.Security.Cryptography;
using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Random;

/// <summary><c>wasi:random/random</c>: secure random data.</summary>
[WitInterface("wasi:random/random")]
internal static class SecureRandom
{
    /// <summary><c>get-random-bytes: func(len: u64) -> list&lt;u8&gt;</c></summary>
    /// <exception cref="Trap">More than <see cref="WasiLimits.RandomBytes"/> asked for.</exception>
    public static ReadOnlyMemory<byte> GetRandomBytes(WasiContext wasi, ulong len)
    {
        var bytes = wasi.RandomRoom.Of(CheckedLength(wasi, len));
        RandomNumberGenerator.Fill(bytes.Span);
        return bytes;
    }

    /// <summary><c>get-random-u64: func() -> u64</c></summary>
    public static ulong GetRandomU64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>The length as an array's length.</summary>
    internal static int CheckedLength(WasiContext wasi, ulong length) => length <= (ulong)Math.Min(WasiLimits.RandomBytes, wasi.Budget.Remaining)
        ? (int)length
        : throw new Trap(
            LimitedResource.Random,
            $"{length} random bytes asked for at once; at most {WasiLimits.RandomBytes} are given, and no more than the request has left");
}
