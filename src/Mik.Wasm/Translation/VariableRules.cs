using Mik.Wasm.Decoding;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Parametric and variable instructions.</summary>
internal static class VariableRules
{
    public static void Drop(FunctionTranslator function, in Instruction instruction) =>
        function.Stack.Discard(function.Stack.Pop());

    public static void LocalGet(FunctionTranslator function, in Instruction instruction) =>
        function.Stack.PushLocal(instruction.Index);

    public static void LocalSet(FunctionTranslator function, in Instruction instruction)
    {
        var value = function.Stack.Pop();
        if (value.Kind == OperandKind.Local && value.Index == instruction.Index)
        {
            function.Stack.Discard(value);
            return;
        }
        function.Stack.Emit(value);
        function.StoreLocal(instruction.Index);
    }

    public static void LocalTee(FunctionTranslator function, in Instruction instruction)
    {
        LocalSet(function, instruction);
        function.Stack.PushLocal(instruction.Index);
    }

    public static void GlobalGet(FunctionTranslator function, in Instruction instruction)
    {
        var type = StackTypes.Of(function.Module.Module.GlobalTypes[instruction.Index].ValueType);
        EmitCellAddress(function, instruction.Index);
        Cells.EmitLoad(function.Il, type);
        function.PushResult(type);
    }

    public static void GlobalSet(FunctionTranslator function, in Instruction instruction)
    {
        EmitCellAddress(function, instruction.Index);
        function.Stack.PopEmit();
        Cells.EmitStore(function.Il, StackTypes.Of(function.Module.Module.GlobalTypes[instruction.Index].ValueType));
    }

    private static void EmitCellAddress(FunctionTranslator function, int global)
    {
        var layout = function.Module.Layout;
        function.Il.LoadArgument(0);
        function.Il.LoadInt32(layout.Global(global));
        function.Il.Emit(Il.Add);
        if (layout.IsImportedGlobal(global))
        {
            function.Il.Emit(Il.Ldind_I);
        }
    }
}
