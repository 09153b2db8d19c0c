using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector128<byte>;

namespace Mik.Wasm.Execution;

/// <summary>Conversions between vectors of integers and floats (core specification 4.3). Named after the opcodes.</summary>
internal static class SimdConversions
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4ConvertI32x4S(V value) => Vector128.ConvertToSingle(value.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4ConvertI32x4U(V value) => Vector128.ConvertToSingle(value.AsUInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2ConvertLowI32x4S(V value) => Vector128.Create((double)value.AsInt32().GetElement(0), value.AsInt32().GetElement(1)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2ConvertLowI32x4U(V value) => Vector128.Create((double)value.AsUInt32().GetElement(0), value.AsUInt32().GetElement(1)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4TruncSatF32x4S(V value) => Vector128.ConvertToInt32(value.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4TruncSatF32x4U(V value) => Vector128.ConvertToUInt32(value.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4TruncSatF64x2SZero(V value) => Vector128.Create(
        NumericOperations.I32TruncSatF64S(value.AsDouble().GetElement(0)),
        NumericOperations.I32TruncSatF64S(value.AsDouble().GetElement(1)), 0, 0).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V I32x4TruncSatF64x2UZero(V value) => Vector128.Create(
        NumericOperations.I32TruncSatF64U(value.AsDouble().GetElement(0)),
        NumericOperations.I32TruncSatF64U(value.AsDouble().GetElement(1)), 0, 0).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F32x4DemoteF64x2Zero(V value) => Vector128.Narrow(value.AsDouble(), Vector128<double>.Zero).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V F64x2PromoteLowF32x4(V value) => Vector128.WidenLower(value.AsSingle()).AsByte();
}
