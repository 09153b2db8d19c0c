using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector128<byte>;

namespace Mik.Wasm.Execution;

/// <summary>
/// Vector instructions that treat lanes one by one or do not see them: splats, lanes, bits, the rest of loads (core specification 4.3). Named after the
/// opcodes.
/// </summary>
internal static class SimdLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Not(V value) => ~value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128And(V left, V right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Andnot(V left, V right) => Vector128.AndNot(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Or(V left, V right) => left | right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Xor(V left, V right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Bitselect(V whenSet, V whenClear, V mask) => Vector128.ConditionalSelect(mask, whenSet, whenClear);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int V128AnyTrue(V value) => value == V.Zero ? 0 : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16Swizzle(V value, V lanes) => Vector128.Shuffle(value, lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16Splat(int value) => Vector128.Create((sbyte)value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int I8x16ExtractLaneS(V value, int lane) => value.AsSByte().GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int I8x16ExtractLaneU(V value, int lane) => value.GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I8x16ReplaceLane(V value, int element, int lane) => value.WithElement(lane, (byte)element);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8Splat(int value) => Vector128.Create((short)value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int I16x8ExtractLaneS(V value, int lane) => value.AsInt16().GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int I16x8ExtractLaneU(V value, int lane) => value.AsUInt16().GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I16x8ReplaceLane(V value, int element, int lane) => value.AsInt16().WithElement(lane, (short)element).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4Splat(int value) => Vector128.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int I32x4ExtractLane(V value, int lane) => value.AsInt32().GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4ReplaceLane(V value, int element, int lane) => value.AsInt32().WithElement(lane, element).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2Splat(long value) => Vector128.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long I64x2ExtractLane(V value, int lane) => value.AsInt64().GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I64x2ReplaceLane(V value, long element, int lane) => value.AsInt64().WithElement(lane, element).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4Splat(float value) => Vector128.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float F32x4ExtractLane(V value, int lane) => (value | HiddenZeros.NoVectorBits).AsSingle().GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4ReplaceLane(V value, float element, int lane) => value.AsSingle().WithElement(lane, element).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2Splat(double value) => Vector128.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double F64x2ExtractLane(V value, int lane) => value.AsDouble().GetElement(lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2ReplaceLane(V value, double element, int lane) => value.AsDouble().WithElement(lane, element).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Load8x8S(long bytes) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Load8x8U(long bytes) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Load16x4S(long bytes) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Load16x4U(long bytes) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Load32x2S(long bytes) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Load32x2U(long bytes) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Load32Zero(int bytes) => Vector128.CreateScalar(bytes).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Load64Zero(long bytes) => Vector128.CreateScalar(bytes).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V V128Const(long lower, long upper) => Vector128.Create(lower, upper).AsByte();
}
