using Mik.Components.HostBinding;
using SystemRandom = System.Random;

namespace Mik.Wasi.Random;

/// <summary><c>wasi:random/insecure</c>: fast random data that is not secret.</summary>
[WitInterface("wasi:random/insecure")]
internal static class InsecureRandom
{
    /// <summary><c>get-insecure-random-bytes: func(len: u64) -> list&lt;u8&gt;</c></summary>
    public static ReadOnlyMemory<byte> GetInsecureRandomBytes(WasiContext wasi, ulong len)
    {
        var bytes = wasi.RandomRoom.Of(SecureRandom.CheckedLength(wasi, len));
        SystemRandom.Shared.NextBytes(bytes.Span);
        return bytes;
    }

    /// <summary><c>get-insecure-random-u64: func() -> u64</c></summary>
    public static ulong GetInsecureRandomU64() => (ulong)SystemRandom.Shared.NextInt64(long.MinValue, long.MaxValue);
}
