using System.Runtime.Intrinsics;

namespace Mik.Wasm.Execution;

/// <summary>Zeros that the compiler does not know, or-ed into what it must not see through.</summary>
/// <remarks>Nothing initializes them: then emitted code need not ask, at every use, whether this class has been.</remarks>
internal static class HiddenZeros
{
    // Or-ed into bits that become a float, too: the compiler keeps constants as doubles, which quiets a signalling NaN.
    public static int NoBits;
    public static long NoLongBits;
    public static Vector128<byte> NoVectorBits;
}
