using System.Reflection.Emit;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Conversions of floats that trap or that the compiler would get wrong.</summary>
internal static class ConversionRules
{
    public static void Truncate(FunctionTranslator function, in Instruction instruction)
    {
        var range = RangeOf(instruction.Opcode);
        var (stack, il) = (function.Stack, function.Il);
        var value = stack.PopSimple();
        stack.EmitCopy(value);
        stack.EmitCopy(value);
        il.Branch(Il.Bne_Un, function.Traps[TrapKind.InvalidConversionToInteger]);

        var overflow = function.Traps[TrapKind.IntegerOverflow];
        stack.EmitCopy(value);
        EmitBound(il, value.Type, range.TooHigh);
        il.Branch(Il.Bge, overflow);
        stack.EmitCopy(value);
        EmitBound(il, value.Type, range.Low);
        il.Branch(range.IsLowAllowed ? Il.Blt : Il.Ble, overflow);

        stack.EmitCopy(value);
        il.Emit(range.Conversion);
        stack.Discard(value);
        function.PushResult(StackTypes.Of(instruction.Info.Pushes[0]));
    }

    /// <summary><c>f32.demote_f64</c>. The compiler drops a promotion and its demotion, which together quiet a NaN.</summary>
    public static void Demote(FunctionTranslator function, in Instruction instruction)
    {
        var operand = function.Stack.Pop();
        if (operand.Row is { Opcode: Opcode.F64PromoteF32 })
        {
            var one = Operand.HideIdentity(Operand.Constant(StackType.F32, BitConverter.SingleToInt32Bits(1f)));
            function.Stack.PushOperation(StackType.F32, null, [Il.Mul], null, operand.First!, one);
            return;
        }
        function.Stack.PushOperation(StackType.F32, instruction.Info, [Il.Conv_R4], null, operand);
    }

    // Each bound is exact in the type of the operand. -2^31 - 1 is not a 32-bit float; the next one above is -2^31 itself.
    private static Range RangeOf(Opcode opcode) => opcode switch
    {
        Opcode.I32TruncF32S => new(-2147483648.0, true, 2147483648.0, Il.Conv_I4),
        Opcode.I32TruncF64S => new(-2147483649.0, false, 2147483648.0, Il.Conv_I4),
        Opcode.I32TruncF32U or Opcode.I32TruncF64U => new(-1.0, false, 4294967296.0, Il.Conv_U4),
        Opcode.I64TruncF32S or Opcode.I64TruncF64S => new(-9223372036854775808.0, true, 9223372036854775808.0, Il.Conv_I8),
        _ => new(-1.0, false, 18446744073709551616.0, Il.Conv_U8),
    };

    private static void EmitBound(IlWriter il, StackType type, double bound)
    {
        if (type == StackType.F32)
        {
            il.LoadSingle(BitConverter.SingleToInt32Bits((float)bound));
        }
        else
        {
            il.LoadDouble(BitConverter.DoubleToInt64Bits(bound));
        }
    }

    private readonly record struct Range(double Low, bool IsLowAllowed, double TooHigh, OpCode Conversion);
}
