using Mik.Components.HostBinding;

namespace Mik.Wasi.Random;

/// <summary><c>wasi:random/insecure-seed</c>: a seed against hash-flooding.</summary>
[WitInterface("wasi:random/insecure-seed")]
internal static class InsecureSeed
{
    /// <summary><c>insecure-seed: func() -> tuple&lt;u64, u64&gt;</c></summary>
    [WitFunction("insecure-seed")]
    public static (ulong First, ulong Second) Seed() => (SecureRandom.GetRandomU64(), SecureRandom.GetRandomU64());
}
