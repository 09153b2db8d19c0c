using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mik.Wasm.Execution;

/// <summary>Numbers that emitted code reads where the compiler, if it knew them, would simplify an operation and so lose what NaNs do.</summary>
internal static class OpaqueNumbers
{
    // Not readonly, or the compiler knows them after all.
    public static float ZeroSingle;
    public static float MinusZeroSingle = -0f;
    public static float OneSingle = 1;
    public static float MinusOneSingle = -1;
    public static double ZeroDouble;
    public static double MinusZeroDouble = -0d;
    public static double OneDouble = 1;
    public static double MinusOneDouble = -1;

    // Or-ed into bits that become a float, where the compiler keeps constants as doubles, which quiets a signalling NaN; and into what it must not see through.
    public static int NoBits;
    public static long NoLongBits;
    public static Vector128<byte> NoVectorBits;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float SingleOf(int bits) => BitConverter.Int32BitsToSingle(bits);
}
