using Mik.Wasm.Decoding;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary><c>select</c>: of integers without a branch, as what it depends on is often random; the compiler has no conditional move in loops.</summary>
internal static class SelectRules
{
    // Both operands are computed, so they must be cheap.
    private const int MaximumDepth = 2;
    private const int SignShift = 63;

    public static void Select(FunctionTranslator function, in Instruction instruction)
    {
        var stack = function.Stack;
        var condition = stack.Pop();
        var whenZero = stack.Pop();
        var whenNotZero = stack.Pop();
        if (whenZero.Type is StackType.I32 or StackType.I64 && whenZero.Depth <= MaximumDepth && whenNotZero.Depth <= MaximumDepth)
        {
            Mix(function, condition, whenNotZero, whenZero);
        }
        else
        {
            Branch(function, condition, whenNotZero, whenZero);
        }
    }

    private static void Branch(FunctionTranslator function, Operand condition, Operand whenNotZero, Operand whenZero)
    {
        var (stack, il) = (function.Stack, function.Il);
        var type = whenZero.Type;
        var result = function.Pool.Acquire(type);
        var end = il.DefineLabel();
        stack.EmitCopy(whenNotZero);
        il.StoreLocal(result);
        Conditions.Branch(function, condition, true, end);
        stack.EmitCopy(whenZero);
        il.StoreLocal(result);
        il.MarkLabel(end);
        stack.Discard(whenNotZero);
        stack.Discard(whenZero);
        stack.Push(Operand.Temporary(type, result));
    }

    // otherwise ^ ((chosen ^ otherwise) & mask), or less when one of them is known
    private static void Mix(FunctionTranslator function, Operand condition, Operand chosen, Operand otherwise)
    {
        var (stack, il) = (function.Stack, function.Il);
        var test = condition;
        while (test.Row is { Opcode: Opcode.I32Eqz })
        {
            test = test.First!;
            (chosen, otherwise) = (otherwise, chosen);
        }
        if (IsGreaterOrEqual(test))
        {
            (chosen, otherwise) = (otherwise, chosen);
        }
        var type = chosen.Type;
        if (otherwise.Kind == OperandKind.Constant && chosen.Kind == OperandKind.Constant)
        {
            EmitMask(function, test, type);
            stack.EmitCopy(Operand.Constant(type, type == StackType.I32 ? (int)chosen.Bits - (int)otherwise.Bits : chosen.Bits - otherwise.Bits));
            il.Emit(Il.And);
            stack.EmitCopy(otherwise);
            il.Emit(Il.Add);
        }
        else if (otherwise is { Kind: OperandKind.Constant, Bits: 0 })
        {
            EmitMask(function, test, type);
            stack.EmitCopy(chosen);
            il.Emit(Il.And);
        }
        else if (chosen is { Kind: OperandKind.Constant, Bits: 0 })
        {
            EmitMask(function, test, type);
            il.Emit(Il.Not);
            stack.EmitCopy(otherwise);
            il.Emit(Il.And);
        }
        else
        {
            otherwise = stack.Materialize(otherwise);
            stack.EmitCopy(chosen);
            stack.EmitCopy(otherwise);
            il.Emit(Il.Xor);
            EmitMask(function, test, type);
            il.Emit(Il.And);
            stack.EmitCopy(otherwise);
            il.Emit(Il.Xor);
        }
        stack.Discard(condition);
        stack.Discard(chosen);
        stack.Discard(otherwise);
        function.PushResult(type, BitOrigin.Rotation);
    }

    // All ones if the condition (for "greater or equal" its opposite) is not 0, else 0. The difference of two 32-bit numbers is negative in 64 bits
    // exactly when the first is less, which is quicker than to compare.
    private static void EmitMask(FunctionTranslator function, Operand test, StackType type)
    {
        var (stack, il) = (function.Stack, function.Il);
        if (DifferenceOf(test) is var (isSigned, isSwapped))
        {
            var extend = isSigned ? Il.Conv_I8 : Il.Conv_U8;
            stack.EmitCopy(isSwapped ? test.Second! : test.First!);
            il.Emit(extend);
            stack.EmitCopy(isSwapped ? test.First! : test.Second!);
            il.Emit(extend);
            il.Emit(Il.Sub);
            il.LoadInt32(SignShift);
            il.Emit(Il.Shr);
            if (type == StackType.I32)
            {
                il.Emit(Il.Conv_I4);
            }
            return;
        }
        stack.EmitCopy(test);
        if (test.Row is null || !Conditions.IsTest(test.Row))
        {
            function.HideOnIl(test);
            il.LoadInt32(0);
            il.Emit(Il.Cgt_Un);
        }
        il.Emit(Il.Neg);
        if (type == StackType.I64)
        {
            il.Emit(Il.Conv_I8);
        }
    }

    private static bool IsGreaterOrEqual(Operand test) =>
        test.Row is { Opcode: Opcode.I32GeS or Opcode.I32GeU or Opcode.I32LeS or Opcode.I32LeU };

    private static (bool IsSigned, bool IsSwapped)? DifferenceOf(Operand test) => test.Row?.Opcode switch
    {
        Opcode.I32LtS or Opcode.I32GeS => (true, false),
        Opcode.I32LtU or Opcode.I32GeU => (false, false),
        Opcode.I32GtS or Opcode.I32LeS => (true, true),
        Opcode.I32GtU or Opcode.I32LeU => (false, true),
        _ => null,
    };
}
