using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Table instructions.</summary>
internal static class TableRules
{
    private const int LengthOffset = 8;
    private const int ElementShift = 3;

    public static void Get(FunctionTranslator function, in Instruction instruction)
    {
        if (HoldsObjects(function, instruction.Index))
        {
            RuntimeCalls.Emit(function, nameof(RuntimeOperations.TableGetObject), 1, -1, instruction.Index);
            function.PushResult(StackType.Object);
            return;
        }
        var element = EmitElementAddress(function, instruction.Index, TrapKind.OutOfBoundsTableAccess);
        function.Il.LoadLocal(element);
        function.Il.Emit(Il.Ldind_I);
        function.Pool.Release(StackType.Reference, element);
        function.PushResult(StackType.Reference);
    }

    public static void Set(FunctionTranslator function, in Instruction instruction)
    {
        function.Module.WritesTables = true;
        if (HoldsObjects(function, instruction.Index))
        {
            RuntimeCalls.Emit(function, nameof(RuntimeOperations.TableSetObject), 2, -1, instruction.Index);
            return;
        }
        var value = function.Stack.Pop();
        var element = EmitElementAddress(function, instruction.Index, TrapKind.OutOfBoundsTableAccess);
        function.Il.LoadLocal(element);
        function.Stack.Emit(value);
        function.Il.Emit(Il.Stind_I);
        function.Pool.Release(StackType.Reference, element);
    }

    public static void Size(FunctionTranslator function, in Instruction instruction)
    {
        LoadRecord(function, instruction.Index);
        function.Il.LoadInt32(LengthOffset);
        function.Il.Emit(Il.Add);
        function.Il.Emit(Il.Ldind_I8);
        if (Is64(function, instruction.Index))
        {
            function.PushResult(StackType.I64);
            return;
        }
        function.Il.Emit(Il.Conv_I4);
        function.PushResult(StackType.I32);
    }

    public static void Grow(FunctionTranslator function, in Instruction instruction)
    {
        function.Module.WritesTables = true;
        if (Is64(function, instruction.Index))
        {
            RuntimeCalls.Emit(
                function, HoldsObjects(function, instruction.Index) ? nameof(RuntimeOperations.TableGrowObjects64) : nameof(RuntimeOperations.TableGrow64),
                2, -1, instruction.Index);
            function.PushResult(StackType.I64);
            return;
        }
        RuntimeCalls.Emit(
            function, HoldsObjects(function, instruction.Index) ? nameof(RuntimeOperations.TableGrowObjects) : nameof(RuntimeOperations.TableGrow),
            2, 1, instruction.Index);
        function.PushResult(StackType.I32);
    }

    public static void Fill(FunctionTranslator function, in Instruction instruction)
    {
        function.Module.WritesTables = true;
        RuntimeCalls.Emit(
            function, HoldsObjects(function, instruction.Index) ? nameof(RuntimeOperations.TableFillObjects) : nameof(RuntimeOperations.TableFill),
            3, -1, instruction.Index);
    }

    public static void Copy(FunctionTranslator function, in Instruction instruction)
    {
        function.Module.WritesTables = true;
        RuntimeCalls.Emit(function, nameof(RuntimeOperations.TableCopy), 3, -1, instruction.Index, instruction.Index2);
    }

    public static void Init(FunctionTranslator function, in Instruction instruction)
    {
        function.Module.WritesTables = true;
        RuntimeCalls.Emit(function, nameof(RuntimeOperations.TableInit), 3, -1, instruction.Index2, instruction.Index);
    }

    public static void ElementDrop(FunctionTranslator function, in Instruction instruction) =>
        RuntimeCalls.Emit(function, nameof(RuntimeOperations.ElementDrop), 0, -1, instruction.Index);

    /// <summary>Pops an index, checks it and leaves the address of the element in a local that the caller releases.</summary>
    public static int EmitElementAddress(FunctionTranslator function, int table, TrapKind outOfBounds)
    {
        var (stack, il) = (function.Stack, function.Il);
        var index = stack.PopSimple();
        var record = function.Pool.Acquire(StackType.Reference);
        LoadRecord(function, table);
        il.StoreLocal(record);

        EmitIndex(function, index);
        il.LoadLocal(record);
        il.LoadInt32(LengthOffset);
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I8);
        il.Branch(Il.Bge_Un, function.Traps[outOfBounds]);

        il.LoadLocal(record);
        il.Emit(Il.Ldind_I);
        EmitIndex(function, index);
        il.LoadInt32(ElementShift);
        il.Emit(Il.Shl);
        il.Emit(Il.Add);
        il.StoreLocal(record);
        stack.Discard(index);
        return record;
    }

    private static void EmitIndex(FunctionTranslator function, Operand index)
    {
        function.Stack.EmitCopy(index);
        if (index.Type == StackType.I32)
        {
            function.Il.Emit(Il.Conv_U8);
        }
    }

    private static void LoadRecord(FunctionTranslator function, int table)
    {
        function.Il.LoadArgument(0);
        function.Il.LoadInt32(function.Module.Layout.Table(table));
        function.Il.Emit(Il.Add);
        function.Il.Emit(Il.Ldind_I);
    }

    private static bool HoldsObjects(FunctionTranslator function, int table) =>
        StackTypes.Of(function.Module.Module.Tables[table].Type.ElementType) == StackType.Object;

    private static bool Is64(FunctionTranslator function, int table) =>
        function.Module.Module.Tables[table].Type.Limits.Is64;
}
