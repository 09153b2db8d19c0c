using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Calls of runtime operations: context, indices, then operands.</summary>
internal static class RuntimeCalls
{
    /// <summary>Calls an operation with the topmost <paramref name="operands"/> operands; addresses and counts become 64 bits wide.</summary>
    /// <param name="function">The function.</param>
    /// <param name="operation">The method's name.</param>
    /// <param name="operands">How many operands it takes.</param>
    /// <param name="narrow">The position of an operand that keeps its 32 bits, or -1.</param>
    /// <param name="indices">What comes between context and operands.</param>
    public static void Emit(
        FunctionTranslator function, string operation, int operands, int narrow, params ReadOnlySpan<int> indices)
    {
        var (stack, il) = (function.Stack, function.Il);
        il.LoadArgument(0);
        foreach (var index in indices)
        {
            il.LoadInt32(index);
        }
        for (var i = 0; i < operands; i++)
        {
            var operand = stack.Peek(operands - 1 - i);
            stack.EmitCopy(operand);
            function.HideOnIl(operand);
            if (operand.Type == StackType.I32 && i != narrow)
            {
                il.Emit(Il.Conv_U8);
            }
        }
        stack.Truncate(stack.Count - operands);
        il.Call(WellKnownMethods.RuntimeOperation(operation));
    }
}
