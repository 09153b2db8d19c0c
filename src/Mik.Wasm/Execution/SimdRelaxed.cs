using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector128<byte>;

namespace Mik.Wasm.Execution;

/// <summary>
/// Relaxed vector instructions, each with one of the results that the specification allows, the same on all machines. Named after the opcodes.
/// </summary>
internal static class SimdRelaxed
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16RelaxedSwizzle(V left, V right) => SimdLanes.I8x16Swizzle(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4RelaxedTruncF32x4S(V value) => SimdConversions.I32x4TruncSatF32x4S(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4RelaxedTruncF32x4U(V value) => SimdConversions.I32x4TruncSatF32x4U(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4RelaxedTruncF64x2SZero(V value) => SimdConversions.I32x4TruncSatF64x2SZero(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4RelaxedTruncF64x2UZero(V value) => SimdConversions.I32x4TruncSatF64x2UZero(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4RelaxedMadd(V left, V right, V addend) => ((left.AsSingle() * right.AsSingle()) + addend.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4RelaxedNmadd(V left, V right, V addend) => (addend.AsSingle() - (left.AsSingle() * right.AsSingle())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2RelaxedMadd(V left, V right, V addend) => ((left.AsDouble() * right.AsDouble()) + addend.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2RelaxedNmadd(V left, V right, V addend) => (addend.AsDouble() - (left.AsDouble() * right.AsDouble())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16RelaxedLaneselect(V whenSet, V whenClear, V mask) => SimdLanes.V128Bitselect(whenSet, whenClear, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8RelaxedLaneselect(V whenSet, V whenClear, V mask) => SimdLanes.V128Bitselect(whenSet, whenClear, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4RelaxedLaneselect(V whenSet, V whenClear, V mask) => SimdLanes.V128Bitselect(whenSet, whenClear, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2RelaxedLaneselect(V whenSet, V whenClear, V mask) => SimdLanes.V128Bitselect(whenSet, whenClear, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4RelaxedMin(V left, V right) => SimdFloats.F32x4Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4RelaxedMax(V left, V right) => SimdFloats.F32x4Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2RelaxedMin(V left, V right) => SimdFloats.F64x2Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2RelaxedMax(V left, V right) => SimdFloats.F64x2Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8RelaxedQ15mulrS(V left, V right) => SimdWidening.I16x8Q15mulrSatS(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8RelaxedDotI8x16I7x16S(V left, V right)
    {
        var (x, y) = (left.AsInt16(), right.AsInt16());
        return (((x << 8 >> 8) * (y << 8 >> 8)) + ((x >> 8) * (y >> 8))).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4RelaxedDotI8x16I7x16AddS(V left, V right, V addend) => SimdIntegers.I32x4Add(
        SimdWidening.I32x4ExtaddPairwiseI16x8S(I16x8RelaxedDotI8x16I7x16S(left, right)), addend);
}
