using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>What an <see cref="Operand"/> is.</summary>
internal enum OperandKind : byte
{
    /// <summary>A number, or a null reference.</summary>
    Constant,
    /// <summary>The present value of a local of the guest.</summary>
    Local,
    /// <summary>An IL local that was written once.</summary>
    Temporary,
    /// <summary>A pure operation on other operands.</summary>
    Operation,
}

/// <summary>
/// A value on the operand stack that is not computed yet. Trees are pure: when they are emitted does not matter, except
/// that a local they read must not be written before. An operand is used once; copies are made of simple ones only.
/// </summary>
internal sealed class Operand
{
    private Operand(OperandKind kind, StackType type)
    {
        Kind = kind;
        Type = type;
    }

    public OperandKind Kind { get; }

    public StackType Type { get; }

    /// <summary>The bits of a constant.</summary>
    public long Bits { get; private init; }

    /// <summary>The upper half of a vector.</summary>
    public long UpperBits { get; private init; }

    /// <summary>The local of the guest, or the IL local.</summary>
    public int Index { get; private init; }

    /// <summary>Whether the compiler must not know the value of a constant.</summary>
    public bool IsOpaque { get; private init; }

    /// <summary>Whether the IL local is free once the operand was used.</summary>
    public bool IsOwned { get; private init; }

    /// <summary>The instruction that an operation stands for; null for other steps.</summary>
    public OpcodeInfo? Row { get; private init; }

    /// <summary>What the compiler may find the value to come from; only known in functions that have a rotation.</summary>
    public BitOrigin Origin { get; private init; }

    /// <summary>Whether it may come from a rotation, see <see cref="RotationSurvey"/>.</summary>
    public bool MayBeRotated => (Origin & BitOrigin.Rotation) != BitOrigin.Other;

    /// <summary>What to emit after the operands; not used when <see cref="Method"/> is set.</summary>
    public IlStep[] Steps { get; private init; } = [];

    /// <summary>The pure method to call after the operands.</summary>
    public MethodInfo? Method { get; private init; }

    public Operand? First { get; private init; }

    public Operand? Second { get; private init; }

    public Operand? Third { get; private init; }

    /// <summary>Height of the tree; emission recurses this deep.</summary>
    public int Depth { get; private init; }

    /// <summary>Whether it can be emitted several times at no cost.</summary>
    public bool IsSimple => Kind != OperandKind.Operation;

    public static Operand Constant(StackType type, long bits) => new(OperandKind.Constant, type) { Bits = bits };

    public static Operand Constant(Vector128<byte> vector) => new(OperandKind.Constant, StackType.V128)
    {
        Bits = vector.AsInt64().GetElement(0),
        UpperBits = vector.AsInt64().GetElement(1),
    };

    /// <summary>
    /// The operand, unless it is a float constant with which the compiler would take an operation for the identity:
    /// x * 1, x / 1, x - 0 and x + -0 quiet a signalling NaN.
    /// </summary>
    public static Operand HideIdentity(Operand operand) =>
        operand.Kind == OperandKind.Constant && OpaqueConstants.IsIdentity(operand.Type, operand.Bits)
            ? new(OperandKind.Constant, operand.Type) { Bits = operand.Bits, IsOpaque = true }
            : operand;

    /// <summary>The operand, an integer, with nothing or-ed to it that the compiler knows.</summary>
    public static Operand HideBits(Operand operand)
    {
        if (operand.Kind == OperandKind.Constant)
        {
            return operand;
        }
        var zero = new Operand(OperandKind.Constant, operand.Type) { IsOpaque = true };
        return new(OperandKind.Operation, operand.Type) { Steps = [OpCodes.Or], First = operand, Second = zero, Depth = 1 + operand.Depth };
    }

    public static Operand Local(StackType type, int index, BitOrigin origin) =>
        new(OperandKind.Local, type) { Index = index, Origin = origin };

    public static Operand Temporary(StackType type, int local, bool isOwned = true, BitOrigin origin = BitOrigin.Rotation) =>
        new(OperandKind.Temporary, type) { Index = local, IsOwned = isOwned, Origin = origin };

    public static Operand Operation(
        StackType type, OpcodeInfo? row, IlStep[] steps, MethodInfo? method,
        Operand first, Operand? second = null, Operand? third = null) =>
        new(OperandKind.Operation, type)
        {
            Row = row,
            Steps = steps,
            Method = method,
            First = first,
            Second = second,
            Third = third,
            Origin = BitOrigins.Of(row, first.Origin, second?.Origin ?? BitOrigin.Other, third?.Origin ?? BitOrigin.Other),
            Depth = 1 + Math.Max(first.Depth, Math.Max(second?.Depth ?? 0, third?.Depth ?? 0)),
        };
}
