using System.Runtime.CompilerServices;

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

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float SingleOf(int bits) => BitConverter.Int32BitsToSingle(bits);
}
