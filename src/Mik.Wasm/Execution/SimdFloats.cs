using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector128<byte>;

namespace Mik.Wasm.Execution;

/// <summary>Float arithmetic on vectors (core specification 4.3). Named after the opcodes.</summary>
internal static class SimdFloats
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Abs(V value) => (value.AsUInt32() & ~Vector128.Create(0x8000_0000u)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Neg(V value) => (value.AsUInt32() ^ Vector128.Create(0x8000_0000u)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Sqrt(V value) => Vector128.Sqrt(value.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Ceil(V value) => Vector128.Ceiling(value.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Floor(V value) => Vector128.Floor(value.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Trunc(V value) => Vector128.Truncate(value.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Nearest(V value) => Vector128.Round(value.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Add(V left, V right) => (left.AsSingle() + right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Sub(V left, V right) => (left.AsSingle() - right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Mul(V left, V right) => (left.AsSingle() * right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Div(V left, V right) => (left.AsSingle() / right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Pmin(V left, V right) =>
        Vector128.ConditionalSelect(Vector128.LessThan(right.AsSingle(), left.AsSingle()), right.AsSingle(), left.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Pmax(V left, V right) =>
        Vector128.ConditionalSelect(Vector128.LessThan(left.AsSingle(), right.AsSingle()), right.AsSingle(), left.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Min(V left, V right) => Min(left.AsSingle(), right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Max(V left, V right) => Max(left.AsSingle(), right.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Abs(V value) => (value.AsUInt64() & ~Vector128.Create(0x8000_0000_0000_0000UL)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Neg(V value) => (value.AsUInt64() ^ Vector128.Create(0x8000_0000_0000_0000UL)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Sqrt(V value) => Vector128.Sqrt(value.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Ceil(V value) => Vector128.Ceiling(value.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Floor(V value) => Vector128.Floor(value.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Trunc(V value) => Vector128.Truncate(value.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Nearest(V value) => Vector128.Round(value.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Add(V left, V right) => (left.AsDouble() + right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Sub(V left, V right) => (left.AsDouble() - right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Mul(V left, V right) => (left.AsDouble() * right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Div(V left, V right) => (left.AsDouble() / right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Pmin(V left, V right) =>
        Vector128.ConditionalSelect(Vector128.LessThan(right.AsDouble(), left.AsDouble()), right.AsDouble(), left.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Pmax(V left, V right) =>
        Vector128.ConditionalSelect(Vector128.LessThan(left.AsDouble(), right.AsDouble()), right.AsDouble(), left.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Min(V left, V right) => Min(left.AsDouble(), right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Max(V left, V right) => Max(left.AsDouble(), right.AsDouble()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Min<T>(Vector128<T> left, Vector128<T> right) => Choose(
        Vector128.LessThan(left, right), Vector128.GreaterThan(left, right), Vector128.Equals(left, right), left, right, left | right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Max<T>(Vector128<T> left, Vector128<T> right) => Choose(
        Vector128.GreaterThan(left, right), Vector128.LessThan(left, right), Vector128.Equals(left, right), left, right, left & right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Choose<T>(
        Vector128<T> takesLeft, Vector128<T> takesRight, Vector128<T> areEqual, Vector128<T> left, Vector128<T> right, Vector128<T> ofZeros) =>
        Vector128.ConditionalSelect(
            takesLeft,
            left,
            Vector128.ConditionalSelect(
                takesRight,
                right,
                // Equal zeros differ in their sign; the sum of unordered operands is a quiet NaN.
                Vector128.ConditionalSelect(areEqual, ofZeros, left + right)));
}
