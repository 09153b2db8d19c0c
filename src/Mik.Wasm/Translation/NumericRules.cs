using System.Reflection;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Numeric instructions.</summary>
internal static class NumericRules
{
    public static void Constant(FunctionTranslator function, in Instruction instruction) =>
        function.Stack.PushConstant(StackTypes.Of(instruction.Info.Pushes[0]), instruction.Value);

    /// <summary>The rule of a row without effects: the operation joins the trees of its operands.</summary>
    public static TranslationRule PureOperation(OpcodeInfo row, MethodInfo? method)
    {
        var result = StackTypes.Of(row.Pushes[0]);
        var steps = row.Lowering.Steps;
        return row.Pops.Length switch
        {
            1 => (FunctionTranslator function, in Instruction _) =>
                function.Stack.PushOperation(result, row, steps, method, function.Stack.Pop()),
            2 => (FunctionTranslator function, in Instruction _) =>
            {
                var second = function.Stack.Pop();
                function.Stack.PushOperation(result, row, steps, method, function.Stack.Pop(), second);
            }
            ,
            _ => (FunctionTranslator function, in Instruction _) =>
            {
                var third = function.Stack.Pop();
                var second = function.Stack.Pop();
                function.Stack.PushOperation(result, row, steps, method, function.Stack.Pop(), second, third);
            }
            ,
        };
    }

    /// <summary>The rule of a comparison of integers.</summary>
    public static TranslationRule Comparison(OpcodeInfo row) => (FunctionTranslator function, in Instruction _) =>
    {
        var second = row.Pops.Length == 2 ? function.Stack.Pop() : null;
        var first = function.Stack.Pop();
        if (first.Kind != OperandKind.Constant)
        {
            first = function.ToCompare(first);
        }
        else if (second is not null)
        {
            second = function.ToCompare(second);
        }
        function.Stack.PushOperation(StackType.I32, row, row.Lowering.Steps, null, first, second);
    };

    /// <summary>The rule of float arithmetic, which the compiler must not simplify where that keeps a NaN signalling.</summary>
    public static TranslationRule FloatArithmetic(OpcodeInfo row)
    {
        var result = StackTypes.Of(row.Pushes[0]);
        var steps = row.Lowering.Steps;
        return (FunctionTranslator function, in Instruction _) =>
        {
            var second = Operand.HideIdentity(function.Stack.Pop());
            var first = Operand.HideIdentity(function.Stack.Pop());
            function.Stack.PushOperation(result, row, steps, null, first, second);
        };
    }

    public static void Divide(FunctionTranslator function, in Instruction instruction)
    {
        var row = instruction.Info;
        var stack = function.Stack;
        var type = StackTypes.Of(row.Pushes[0]);
        var divisor = stack.Pop();
        var dividend = stack.Pop();
        if (divisor is { Kind: OperandKind.Constant, Bits: not 0 and not -1 })
        {
            stack.PushOperation(type, row, row.Lowering.Steps, null, dividend, divisor);
            return;
        }
        divisor = stack.Materialize(divisor);
        stack.EmitCopy(divisor);
        function.HideOnIl(divisor);
        function.Il.Branch(Il.Brfalse, function.Traps[TrapKind.IntegerDivideByZero]);
        switch (row.Lowering.Check)
        {
            case DivisionCheck.ZeroDivisorAndOverflow:
                dividend = stack.Materialize(dividend);
                CheckOverflow(function, type, dividend, divisor);
                stack.EmitCopy(dividend);
                stack.EmitCopy(divisor);
                break;
            case DivisionCheck.ZeroDivisorAndMinusOne:
                stack.EmitCopy(dividend);
                EmitOneForMinusOne(function, type, divisor);
                break;
            default:
                stack.EmitCopy(dividend);
                stack.EmitCopy(divisor);
                break;
        }
        function.Il.Emit(row.Lowering.Steps);
        stack.Discard(dividend);
        stack.Discard(divisor);
        function.PushResult(type, BitOrigin.Rotation);
    }

    /// <summary>Rotations in shifts, which the compiler recognizes; a call would not be inlined in code compiled ahead of time.</summary>
    public static void Rotate(FunctionTranslator function, in Instruction instruction)
    {
        var (stack, il) = (function.Stack, function.Il);
        var isLeft = instruction.Opcode is Opcode.I32Rotl or Opcode.I64Rotl;
        var type = StackTypes.Of(instruction.Info.Pushes[0]);
        var width = type == StackType.I32 ? 32 : 64;
        var count = stack.Pop();
        var value = stack.Materialize(stack.Pop());
        if (count.Kind == OperandKind.Constant)
        {
            var left = (int)(isLeft ? count.Bits : -count.Bits) & (width - 1);
            stack.EmitCopy(value);
            il.LoadInt32(left);
            il.Emit(Il.Shl);
            stack.EmitCopy(value);
            il.LoadInt32((width - left) & (width - 1));
            il.Emit(Il.Shr_Un);
        }
        else
        {
            count = stack.Materialize(count);
            stack.EmitCopy(value);
            EmitCount(function, count, width, isNegated: false);
            il.Emit(isLeft ? Il.Shl : Il.Shr_Un);
            stack.EmitCopy(value);
            EmitCount(function, count, width, isNegated: true);
            il.Emit(isLeft ? Il.Shr_Un : Il.Shl);
        }
        il.Emit(Il.Or);
        stack.Discard(value);
        stack.Discard(count);
        function.PushResult(type, BitOrigin.Rotation);
    }

    private static void EmitCount(FunctionTranslator function, Operand count, int width, bool isNegated)
    {
        function.Stack.EmitCopy(count);
        if (count.Type == StackType.I64)
        {
            function.Il.Emit(Il.Conv_I4);
        }
        if (isNegated)
        {
            function.Il.Emit(Il.Neg);
        }
        function.Il.LoadInt32(width - 1);
        function.Il.Emit(Il.And);
    }

    private static void CheckOverflow(FunctionTranslator function, StackType type, Operand dividend, Operand divisor)
    {
        var il = function.Il;
        if (divisor is { Kind: OperandKind.Constant, Bits: not -1 })
        {
            return;
        }
        var isSafe = il.DefineLabel();
        function.Stack.EmitCopy(divisor);
        EmitNumber(il, type, -1);
        il.Branch(Il.Bne_Un, isSafe);
        function.Stack.EmitCopy(dividend);
        EmitNumber(il, type, type == StackType.I32 ? int.MinValue : long.MinValue);
        il.Branch(Il.Beq, function.Traps[TrapKind.IntegerOverflow]);
        il.MarkLabel(isSafe);
    }

    // x rem -1 is 0, and so is x rem 1; the CIL instruction throws for the smallest x and -1.
    private static void EmitOneForMinusOne(FunctionTranslator function, StackType type, Operand divisor)
    {
        var il = function.Il;
        function.Stack.EmitCopy(divisor);
        function.Stack.EmitCopy(divisor);
        EmitNumber(il, type, -1);
        il.Emit(Il.Ceq);
        il.LoadInt32(1);
        il.Emit(Il.Shl);
        if (type == StackType.I64)
        {
            il.Emit(Il.Conv_I8);
        }
        il.Emit(Il.Add);
    }

    private static void EmitNumber(IlWriter il, StackType type, long value)
    {
        if (type == StackType.I32)
        {
            il.LoadInt32((int)value);
        }
        else
        {
            il.LoadInt64(value);
        }
    }
}
