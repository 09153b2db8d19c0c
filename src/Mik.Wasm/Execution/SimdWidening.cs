using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector128<byte>;

namespace Mik.Wasm.Execution;

/// <summary>Vector instructions whose results have wider or narrower lanes than their operands (core specification 4.3). Named after the opcodes.</summary>
internal static class SimdWidening
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtendLowI8x16S(V value) => Vector128.WidenLower(value.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtmulLowI8x16S(V left, V right) => (Vector128.WidenLower(left.AsSByte()) * Vector128.WidenLower(right.AsSByte())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtendLowI8x16U(V value) => Vector128.WidenLower(value.AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtmulLowI8x16U(V left, V right) => (Vector128.WidenLower(left.AsByte()) * Vector128.WidenLower(right.AsByte())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtendHighI8x16S(V value) => Vector128.WidenUpper(value.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtmulHighI8x16S(V left, V right) => (Vector128.WidenUpper(left.AsSByte()) * Vector128.WidenUpper(right.AsSByte())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtendHighI8x16U(V value) => Vector128.WidenUpper(value.AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtmulHighI8x16U(V left, V right) => (Vector128.WidenUpper(left.AsByte()) * Vector128.WidenUpper(right.AsByte())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtendLowI16x8S(V value) => Vector128.WidenLower(value.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtmulLowI16x8S(V left, V right) => (Vector128.WidenLower(left.AsInt16()) * Vector128.WidenLower(right.AsInt16())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtendLowI16x8U(V value) => Vector128.WidenLower(value.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtmulLowI16x8U(V left, V right) => (Vector128.WidenLower(left.AsUInt16()) * Vector128.WidenLower(right.AsUInt16())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtendHighI16x8S(V value) => Vector128.WidenUpper(value.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtmulHighI16x8S(V left, V right) => (Vector128.WidenUpper(left.AsInt16()) * Vector128.WidenUpper(right.AsInt16())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtendHighI16x8U(V value) => Vector128.WidenUpper(value.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtmulHighI16x8U(V left, V right) => (Vector128.WidenUpper(left.AsUInt16()) * Vector128.WidenUpper(right.AsUInt16())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ExtendLowI32x4S(V value) => Vector128.WidenLower(value.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ExtmulLowI32x4S(V left, V right) => (Vector128.WidenLower(left.AsInt32()) * Vector128.WidenLower(right.AsInt32())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ExtendLowI32x4U(V value) => Vector128.WidenLower(value.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ExtmulLowI32x4U(V left, V right) => (Vector128.WidenLower(left.AsUInt32()) * Vector128.WidenLower(right.AsUInt32())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ExtendHighI32x4S(V value) => Vector128.WidenUpper(value.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ExtmulHighI32x4S(V left, V right) => (Vector128.WidenUpper(left.AsInt32()) * Vector128.WidenUpper(right.AsInt32())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ExtendHighI32x4U(V value) => Vector128.WidenUpper(value.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ExtmulHighI32x4U(V left, V right) => (Vector128.WidenUpper(left.AsUInt32()) * Vector128.WidenUpper(right.AsUInt32())).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtaddPairwiseI8x16S(V value) => ((value.AsInt16() << 8 >> 8) + (value.AsInt16() >> 8)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ExtaddPairwiseI8x16U(V value) => ((value.AsUInt16() & Vector128.Create((ushort)0xFF)) + (value.AsUInt16() >>> 8)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtaddPairwiseI16x8S(V value) => ((value.AsInt32() << 16 >> 16) + (value.AsInt32() >> 16)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ExtaddPairwiseI16x8U(V value) => ((value.AsUInt32() & Vector128.Create(0xFFFFu)) + (value.AsUInt32() >>> 16)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4DotI16x8S(V left, V right)
    {
        var (x, y) = (left.AsInt32(), right.AsInt32());
        return (((x << 16 >> 16) * (y << 16 >> 16)) + ((x >> 16) * (y >> 16))).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16NarrowI16x8S(V left, V right) => Vector128.NarrowWithSaturation(left.AsInt16(), right.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16NarrowI16x8U(V left, V right) => Vector128.Narrow(ClampToByte(left), ClampToByte(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8NarrowI32x4S(V left, V right) => Vector128.NarrowWithSaturation(left.AsInt32(), right.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8NarrowI32x4U(V left, V right) => Vector128.Narrow(ClampToUInt16(left), ClampToUInt16(right)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8Q15mulrSatS(V left, V right) => Vector128.NarrowWithSaturation(
        RoundedProduct(Vector128.WidenLower(left.AsInt16()), Vector128.WidenLower(right.AsInt16())),
        RoundedProduct(Vector128.WidenUpper(left.AsInt16()), Vector128.WidenUpper(right.AsInt16()))).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> RoundedProduct(Vector128<int> left, Vector128<int> right) =>
        ((left * right) + Vector128.Create(0x4000)) >> 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> ClampToByte(V value) =>
        Vector128.Clamp(value.AsInt16(), Vector128<short>.Zero, Vector128.Create((short)byte.MaxValue)).AsUInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ClampToUInt16(V value) =>
        Vector128.Clamp(value.AsInt32(), Vector128<int>.Zero, Vector128.Create((int)ushort.MaxValue)).AsUInt32();
}
