using System.Reflection.Emit;

namespace Mik.Wasm.Opcodes;

/// <summary>How the translator handles a row.</summary>
internal enum LoweringKind : byte
{
    /// <summary>By a method of its own.</summary>
    Special,
    /// <summary>Operands on the IL stack in order, then <see cref="Lowering.Steps"/>.</summary>
    Emit,
    /// <summary>Operands on the IL stack in order, then a call of the static method that has the opcode's name.</summary>
    Call,
    /// <summary>Native address on the IL stack, then <see cref="Lowering.Steps"/> (the first is the indirect load).</summary>
    Load,
    /// <summary>Native address and value on the IL stack, then <see cref="Lowering.Steps"/> (the last is the indirect store).</summary>
    Store,
}

/// <summary>What must be tested before the steps of an integer division run.</summary>
internal enum DivisionCheck : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>A divisor of 0 traps.</summary>
    ZeroDivisor,
    /// <summary>A divisor of 0 traps; smallest integer divided by -1 traps as overflow.</summary>
    ZeroDivisorAndOverflow,
    /// <summary>A divisor of 0 traps; a divisor of -1 gives 0 (the CIL instruction would throw).</summary>
    ZeroDivisorAndMinusOne,
}

/// <summary>One CIL instruction of a lowering. <see cref="Operand"/> counts only for <c>ldc.i4.s</c>.</summary>
internal readonly record struct IlStep(OpCode Code, sbyte Operand = 0)
{
    public static implicit operator IlStep(OpCode code) => new(code);
}

/// <summary>The part of a row that tells the translator what to emit, as data.</summary>
internal sealed record Lowering(LoweringKind Kind, IlStep[] Steps, DivisionCheck Check = DivisionCheck.None)
{
    /// <summary>The lowering of rows that have a method of their own.</summary>
    public static readonly Lowering Special = new(LoweringKind.Special, []);

    /// <summary>The lowering of rows that a method of the engine does, which has the opcode's name.</summary>
    public static readonly Lowering Call = new(LoweringKind.Call, []);
}
