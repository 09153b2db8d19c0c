using System.Numerics;
using System.Runtime.CompilerServices;

namespace Mik.Wasm.Execution;

/// <summary>
/// Numeric instructions that CIL has no instruction for (core specification 4.3). Named after the opcodes; emitted code
/// calls them, and the compiler inlines them.
/// </summary>
internal static class NumericOperations
{
    public static int I32Clz(int value) => BitOperations.LeadingZeroCount((uint)value);

    public static int I32Ctz(int value) => BitOperations.TrailingZeroCount(value);

    public static int I32Popcnt(int value) => BitOperations.PopCount((uint)value);

    public static long I64Clz(long value) => BitOperations.LeadingZeroCount((ulong)value);

    public static long I64Ctz(long value) => BitOperations.TrailingZeroCount(value);

    public static long I64Popcnt(long value) => BitOperations.PopCount((ulong)value);

    public static float F32Abs(float value) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & int.MaxValue);

    public static float F32Neg(float value) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) ^ int.MinValue);

    public static float F32Ceil(float value) => MathF.Ceiling(value);

    public static float F32Floor(float value) => MathF.Floor(value);

    public static float F32Trunc(float value) => MathF.Truncate(value);

    public static float F32Nearest(float value) => MathF.Round(value, MidpointRounding.ToEven);

    public static float F32Sqrt(float value) => MathF.Sqrt(value);

    public static float F32Copysign(float value, float sign) => BitConverter.Int32BitsToSingle(
        (BitConverter.SingleToInt32Bits(value) & int.MaxValue) | (BitConverter.SingleToInt32Bits(sign) & int.MinValue));

    // The framework's Min and Max pass a signalling NaN on; the sum of two operands quiets it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float F32Min(float left, float right) =>
        left < right ? left
        : left > right ? right
        : left == right ? BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(left) | BitConverter.SingleToInt32Bits(right))
        : left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float F32Max(float left, float right) =>
        left > right ? left
        : left < right ? right
        : left == right ? BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(left) & BitConverter.SingleToInt32Bits(right))
        : left + right;

    public static double F64Abs(double value) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) & long.MaxValue);

    public static double F64Neg(double value) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) ^ long.MinValue);

    public static double F64Ceil(double value) => Math.Ceiling(value);

    public static double F64Floor(double value) => Math.Floor(value);

    public static double F64Trunc(double value) => Math.Truncate(value);

    public static double F64Nearest(double value) => Math.Round(value, MidpointRounding.ToEven);

    public static double F64Sqrt(double value) => Math.Sqrt(value);

    public static double F64Copysign(double value, double sign) => BitConverter.Int64BitsToDouble(
        (BitConverter.DoubleToInt64Bits(value) & long.MaxValue) | (BitConverter.DoubleToInt64Bits(sign) & long.MinValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double F64Min(double left, double right) =>
        left < right ? left
        : left > right ? right
        : left == right ? BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(left) | BitConverter.DoubleToInt64Bits(right))
        : left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double F64Max(double left, double right) =>
        left > right ? left
        : left < right ? right
        : left == right ? BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(left) & BitConverter.DoubleToInt64Bits(right))
        : left + right;

    public static float F32ConvertI32U(int value) => (uint)value;

    public static float F32ConvertI64S(long value) => value;

    // Beyond the signed range: halve, keeping a sticky low bit so that the one rounding is the right one, and double.
    public static float F32ConvertI64U(long value)
    {
        if (value >= 0)
        {
            return value;
        }
        float half = (long)((ulong)value >> 1) | (value & 1);
        return half + half;
    }

    public static double F64ConvertI64U(long value)
    {
        if (value >= 0)
        {
            return value;
        }
        double half = (long)((ulong)value >> 1) | (value & 1);
        return half + half;
    }

    public static int I32ReinterpretF32(float value) => BitConverter.SingleToInt32Bits(value);

    public static long I64ReinterpretF64(double value) => BitConverter.DoubleToInt64Bits(value);

    public static float F32ReinterpretI32(int value) => BitConverter.Int32BitsToSingle(value | HiddenZeros.NoBits);

    public static double F64ReinterpretI64(long value) => BitConverter.Int64BitsToDouble(value);

    public static int I32TruncSatF32S(float value) => float.ConvertToInteger<int>(value);

    public static int I32TruncSatF32U(float value) => (int)float.ConvertToInteger<uint>(value);

    public static int I32TruncSatF64S(double value) => double.ConvertToInteger<int>(value);

    public static int I32TruncSatF64U(double value) => (int)double.ConvertToInteger<uint>(value);

    public static long I64TruncSatF32S(float value) => float.ConvertToInteger<long>(value);

    public static long I64TruncSatF32U(float value) => (long)float.ConvertToInteger<ulong>(value);

    public static long I64TruncSatF64S(double value) => double.ConvertToInteger<long>(value);

    public static long I64TruncSatF64U(double value) => (long)double.ConvertToInteger<ulong>(value);
}
