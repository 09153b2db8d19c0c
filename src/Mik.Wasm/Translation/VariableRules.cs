using System.Reflection;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Objects;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Parametric and variable instructions.</summary>
internal static class VariableRules
{
    private static readonly FieldInfo CellValue = typeof(ObjectCell).GetField(nameof(ObjectCell.Value))!;
    private static readonly FieldInfo ObjectGlobals =
        typeof(ModuleInstance).GetField(nameof(ModuleInstance.ObjectGlobals), BindingFlags.Instance | BindingFlags.NonPublic)!;

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
        if (type == StackType.Object)
        {
            EmitObjectCell(function, instruction.Index);
            function.Il.Emit(Il.Ldfld, CellValue);
            function.PushResult(type);
            return;
        }
        EmitCellAddress(function, instruction.Index);
        Cells.EmitLoad(function.Il, type);
        function.PushResult(type);
    }

    public static void GlobalSet(FunctionTranslator function, in Instruction instruction)
    {
        if (StackTypes.Of(function.Module.Module.GlobalTypes[instruction.Index].ValueType) == StackType.Object)
        {
            EmitObjectCell(function, instruction.Index);
            function.Stack.PopEmit();
            function.Il.Emit(Il.Stfld, CellValue);
            return;
        }
        EmitCellAddress(function, instruction.Index);
        function.Stack.PopEmit();
        Cells.EmitStore(function.Il, StackTypes.Of(function.Module.Module.GlobalTypes[instruction.Index].ValueType));
    }

    private static void EmitObjectCell(FunctionTranslator function, int global)
    {
        InstanceObject.Emit(function.Il);
        function.Il.Emit(Il.Ldfld, ObjectGlobals);
        function.Il.LoadInt32(global);
        function.Il.Emit(Il.Ldelem_Ref);
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
