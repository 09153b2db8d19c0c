using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;

namespace Mik.Wasm.CodeCaching;

/// <summary>What saved code must agree with: the module's bytes on one hand; this engine, runtime and machine on the other.</summary>
internal static class CodeCacheKey
{
    private const int Format = 2;

    /// <summary>Names a module by its bytes. Whoever could make two modules with one name could run one's code as the other's.</summary>
    /// <param name="module">The module.</param>
    /// <param name="exceptions">Whether its code must look for exceptions though it makes none.</param>
    public static string Of(ReadOnlyMemory<byte> module, bool exceptions) => exceptions ? Of(module).Aware : Of(module).Plain;

    /// <summary>Both names of a module.</summary>
    /// <param name="module">The module.</param>
    public static (string Plain, string Aware) Of(ReadOnlyMemory<byte> module)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(module.Span));
        return (name, name + "e");
    }

    /// <summary>Names this build of the engine, the runtime and what the processor can do; a folder of the cache.</summary>
    public static string Engine { get; } = Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Describe())));

    // Machine code is made for the processor at hand.
    private static string Processor => (Sse42.IsSupported ? "sse4.2," : "") + (Avx2.IsSupported ? "avx2," : "") + (Avx512F.IsSupported ? "avx512," : "")
        + (Avx10v1.IsSupported ? "avx10," : "") + (Dp.IsSupported ? "dp," : "") + (Rdm.IsSupported ? "rdm," : "") + (Sha256.IsSupported ? "sha256," : "")
        + (System.Runtime.Intrinsics.X86.Aes.IsSupported || System.Runtime.Intrinsics.Arm.Aes.IsSupported ? "aes," : "");

    private static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Format} {typeof(CodeCacheKey).Module.ModuleVersionId} {RuntimeInformation.FrameworkDescription} {typeof(object).Module.ModuleVersionId} "
            + $"{RuntimeInformation.RuntimeIdentifier} {Processor}");

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 8));
}
