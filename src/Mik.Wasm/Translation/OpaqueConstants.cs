using System.Reflection;
using Mik.Wasm.Execution;

namespace Mik.Wasm.Translation;

/// <summary>Constants whose value the compiler must not see.</summary>
internal static class OpaqueConstants
{
    private const int OneSingle = 0x3F80_0000;
    private const long OneDouble = 0x3FF0_0000_0000_0000;

    /// <summary>Gives a float with these bits.</summary>
    public static readonly MethodInfo OpaqueNaN = typeof(OpaqueNumbers).GetMethod(nameof(OpaqueNumbers.SingleOf))!;

    /// <summary>Gives a double with these bits.</summary>
    public static readonly MethodInfo Int64BitsToDouble = typeof(BitConverter).GetMethod(nameof(BitConverter.Int64BitsToDouble))!;

    /// <summary>Whether an operation with the constant may be taken for the identity or a negation.</summary>
    public static bool IsIdentity(StackType type, long bits) => type switch
    {
        StackType.F32 => ((int)bits & int.MaxValue) is 0 or OneSingle,
        StackType.F64 => (bits & long.MaxValue) is 0 or OneDouble,
        _ => false,
    };

    /// <summary>The field with a zero of this type, an integer's.</summary>
    public static FieldInfo HiddenZero(StackType type) =>
        typeof(HiddenZeros).GetField(type == StackType.I32 ? nameof(HiddenZeros.NoBits) : nameof(HiddenZeros.NoLongBits))!;

    /// <summary>The field that holds such a constant.</summary>
    public static FieldInfo OpaqueField(StackType type, long bits)
    {
        var isOne = type == StackType.F32 ? ((int)bits & int.MaxValue) != 0 : (bits & long.MaxValue) != 0;
        var isNegative = type == StackType.F32 ? (int)bits < 0 : bits < 0;
        var name = (isNegative ? "Minus" : "") + (isOne ? "One" : "Zero") + (type == StackType.F32 ? "Single" : "Double");
        return typeof(OpaqueNumbers).GetField(name)!;
    }
}
