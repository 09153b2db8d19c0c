using Mik.Components.HostBinding;

namespace Mik.Wasi.Random.V03;

/// <summary><c>wasi:random/random</c>: secure random data. Of bytes there may come fewer than were asked for.</summary>
[WitInterface("wasi:random/random")]
internal static class SecureRandom
{
    /// <summary>Bytes that one call gives at most.</summary>
    private const ulong BytesAtOnce = 64 * 1024;

    /// <summary><c>get-random-bytes: func(max-len: u64) -> list&lt;u8&gt;</c></summary>
    public static ReadOnlyMemory<byte> GetRandomBytes(WasiContext wasi, ulong maxLen) =>
        Random.SecureRandom.GetRandomBytes(wasi, Math.Min(maxLen, BytesAtOnce));

    /// <summary><c>get-random-u64: func() -> u64</c></summary>
    public static ulong GetRandomU64() => Random.SecureRandom.GetRandomU64();
}

/// <summary><c>wasi:random/insecure</c>: fast random data that is not secret.</summary>
[WitInterface("wasi:random/insecure")]
internal static class InsecureRandom
{
    private const ulong BytesAtOnce = 64 * 1024;

    /// <summary><c>get-insecure-random-bytes: func(max-len: u64) -> list&lt;u8&gt;</c></summary>
    public static ReadOnlyMemory<byte> GetInsecureRandomBytes(WasiContext wasi, ulong maxLen) =>
        Random.InsecureRandom.GetInsecureRandomBytes(wasi, Math.Min(maxLen, BytesAtOnce));

    /// <summary><c>get-insecure-random-u64: func() -> u64</c></summary>
    public static ulong GetInsecureRandomU64() => Random.InsecureRandom.GetInsecureRandomU64();
}

/// <summary><c>wasi:random/insecure-seed</c>: a seed against hash-flooding.</summary>
[WitInterface("wasi:random/insecure-seed")]
internal static class InsecureSeed
{
    /// <summary><c>get-insecure-seed: func() -> tuple&lt;u64, u64&gt;</c></summary>
    public static (ulong First, ulong Second) GetInsecureSeed() => Random.InsecureSeed.Seed();
}
