using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector128<byte>;

namespace Mik.Wasm.Execution;

/// <summary>Comparisons of vectors (core specification 4.3): all bits of a lane are set where it holds. Named after the opcodes.</summary>
internal static class SimdComparisons
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16Eq(V left, V right) => Vector128.Equals(left.AsByte(), right.AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16Ne(V left, V right) => ~Vector128.Equals(left.AsByte(), right.AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16LtS(V left, V right) => Vector128.LessThan(left.AsSByte(), right.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16LtU(V left, V right) => Vector128.LessThan(left.AsByte(), right.AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16GtS(V left, V right) => Vector128.GreaterThan(left.AsSByte(), right.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16GtU(V left, V right) => Vector128.GreaterThan(left.AsByte(), right.AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16LeS(V left, V right) => Vector128.LessThanOrEqual(left.AsSByte(), right.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16LeU(V left, V right) => Vector128.LessThanOrEqual(left.AsByte(), right.AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16GeS(V left, V right) => Vector128.GreaterThanOrEqual(left.AsSByte(), right.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16GeU(V left, V right) => Vector128.GreaterThanOrEqual(left.AsByte(), right.AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8Eq(V left, V right) => Vector128.Equals(left.AsUInt16(), right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8Ne(V left, V right) => ~Vector128.Equals(left.AsUInt16(), right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8LtS(V left, V right) => Vector128.LessThan(left.AsInt16(), right.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8LtU(V left, V right) => Vector128.LessThan(left.AsUInt16(), right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8GtS(V left, V right) => Vector128.GreaterThan(left.AsInt16(), right.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8GtU(V left, V right) => Vector128.GreaterThan(left.AsUInt16(), right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8LeS(V left, V right) => Vector128.LessThanOrEqual(left.AsInt16(), right.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8LeU(V left, V right) => Vector128.LessThanOrEqual(left.AsUInt16(), right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8GeS(V left, V right) => Vector128.GreaterThanOrEqual(left.AsInt16(), right.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8GeU(V left, V right) => Vector128.GreaterThanOrEqual(left.AsUInt16(), right.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4Eq(V left, V right) => Vector128.Equals(left.AsUInt32(), right.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4Ne(V left, V right) => ~Vector128.Equals(left.AsUInt32(), right.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4LtS(V left, V right) => Vector128.LessThan(left.AsInt32(), right.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4LtU(V left, V right) => Vector128.LessThan(left.AsUInt32(), right.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4GtS(V left, V right) => Vector128.GreaterThan(left.AsInt32(), right.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4GtU(V left, V right) => Vector128.GreaterThan(left.AsUInt32(), right.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4LeS(V left, V right) => Vector128.LessThanOrEqual(left.AsInt32(), right.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4LeU(V left, V right) => Vector128.LessThanOrEqual(left.AsUInt32(), right.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4GeS(V left, V right) => Vector128.GreaterThanOrEqual(left.AsInt32(), right.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4GeU(V left, V right) => Vector128.GreaterThanOrEqual(left.AsUInt32(), right.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2Eq(V left, V right) => Vector128.Equals(left.AsUInt64(), right.AsUInt64()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2Ne(V left, V right) => ~Vector128.Equals(left.AsUInt64(), right.AsUInt64()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2LtS(V left, V right) => Vector128.LessThan(left.AsInt64(), right.AsInt64()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2GtS(V left, V right) => Vector128.GreaterThan(left.AsInt64(), right.AsInt64()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2LeS(V left, V right) => Vector128.LessThanOrEqual(left.AsInt64(), right.AsInt64()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2GeS(V left, V right) => Vector128.GreaterThanOrEqual(left.AsInt64(), right.AsInt64()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Eq(V left, V right) => Vector128.Equals(left.AsSingle(), right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Ne(V left, V right) => ~Vector128.Equals(left.AsSingle(), right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Lt(V left, V right) => Vector128.LessThan(left.AsSingle(), right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Gt(V left, V right) => Vector128.GreaterThan(left.AsSingle(), right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Le(V left, V right) => Vector128.LessThanOrEqual(left.AsSingle(), right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Ge(V left, V right) => Vector128.GreaterThanOrEqual(left.AsSingle(), right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Eq(V left, V right) => Vector128.Equals(left.AsDouble(), right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Ne(V left, V right) => ~Vector128.Equals(left.AsDouble(), right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Lt(V left, V right) => Vector128.LessThan(left.AsDouble(), right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Gt(V left, V right) => Vector128.GreaterThan(left.AsDouble(), right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Le(V left, V right) => Vector128.LessThanOrEqual(left.AsDouble(), right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Ge(V left, V right) => Vector128.GreaterThanOrEqual(left.AsDouble(), right.AsDouble()).AsByte();
}
