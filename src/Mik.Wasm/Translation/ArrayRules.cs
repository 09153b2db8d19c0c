using System.Reflection;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Objects;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Arrays. The elements are a CLR array, so the runtime stands behind each check of an index.</summary>
internal static class ArrayRules
{
    private static readonly FieldInfo LengthField = typeof(GuestArray).GetField(nameof(GuestArray.Length))!;

    public static void New(FunctionTranslator function, in Instruction instruction)
    {
        var kind = KindOf(function, instruction.Index);
        var (stack, il) = (function.Stack, function.Il);
        var isFilled = instruction.Opcode == Opcode.ArrayNew;
        var length = stack.Pop();
        var value = isFilled ? stack.Pop() : null;
        il.LoadArgument(0);
        StructureRules.LoadType(function, instruction.Index);
        if (value is not null)
        {
            stack.Emit(value);
            kind.EmitNarrow(il);
        }
        stack.Emit(length);
        il.Call(kind.Operation(
            !isFilled ? nameof(ArrayOperations.New) : kind.AreObjects ? nameof(ArrayOperations.NewFilledObjects) : nameof(ArrayOperations.NewFilled)));
        function.PushResult(StackType.Object);
    }

    public static void NewFixed(FunctionTranslator function, in Instruction instruction)
    {
        var kind = KindOf(function, instruction.Index);
        var (stack, il, count) = (function.Stack, function.Il, instruction.Index2);
        stack.MaterializeTop(count);
        var array = function.Pool.Acquire(StackType.Object);
        var elements = function.Pool.Acquire(StackType.Object);
        il.LoadArgument(0);
        StructureRules.LoadType(function, instruction.Index);
        il.LoadInt32(count);
        il.Call(kind.Operation(nameof(ArrayOperations.New)));
        il.StoreLocal(array);
        il.LoadLocal(array);
        il.Emit(Il.Ldfld, kind.Elements);
        il.StoreLocal(elements);
        for (var i = 0; i < count; i++)
        {
            var value = stack.Peek(count - 1 - i);
            il.LoadLocal(elements);
            il.LoadInt32(i);
            kind.EmitStore(il, () => stack.EmitCopy(value));
        }
        function.Pool.Release(StackType.Object, elements);
        stack.Truncate(stack.Count - count);
        stack.Push(Operand.Temporary(StackType.Object, array));
    }

    public static void NewFromSegment(FunctionTranslator function, in Instruction instruction)
    {
        var kind = KindOf(function, instruction.Index);
        var (stack, il) = (function.Stack, function.Il);
        var length = stack.Pop();
        var offset = stack.Pop();
        il.LoadArgument(0);
        StructureRules.LoadType(function, instruction.Index);
        il.LoadInt32(instruction.Index2);
        stack.Emit(offset);
        stack.Emit(length);
        il.Call(kind.Operation(instruction.Opcode == Opcode.ArrayNewData
            ? nameof(ArrayOperations.NewFromData)
            : kind.AreObjects ? nameof(ArrayOperations.NewFromObjects) : nameof(ArrayOperations.NewFromFunctions)));
        function.PushResult(StackType.Object);
    }

    public static void Get(FunctionTranslator function, in Instruction instruction)
    {
        var kind = KindOf(function, instruction.Index);
        var index = function.Stack.PopSimple();
        var elements = EmitElements(function, kind, function.Stack.PopSimple());
        EmitIndexCheck(function, elements, index);
        function.Il.LoadLocal(elements);
        function.Stack.Emit(index);
        kind.EmitLoad(function.Il, instruction.Opcode == Opcode.ArrayGetU);
        function.Pool.Release(StackType.Object, elements);
        function.PushResult(kind.StackType);
    }

    public static void Set(FunctionTranslator function, in Instruction instruction)
    {
        var kind = KindOf(function, instruction.Index);
        var value = function.Stack.Pop();
        var index = function.Stack.PopSimple();
        var elements = EmitElements(function, kind, function.Stack.PopSimple());
        EmitIndexCheck(function, elements, index);
        function.Il.LoadLocal(elements);
        function.Stack.Emit(index);
        kind.EmitStore(function.Il, () => function.Stack.Emit(value));
        function.Pool.Release(StackType.Object, elements);
    }

    public static void Length(FunctionTranslator function, in Instruction instruction)
    {
        var array = function.Stack.PopSimple();
        StructureRules.EmitNullCheck(function, array, TrapKind.NullArrayReference);
        function.Stack.Emit(array);
        function.Il.Emit(Il.Ldfld, LengthField);
        function.PushResult(StackType.I32);
    }

    public static void Fill(FunctionTranslator function, in Instruction instruction)
    {
        var kind = KindOf(function, instruction.Index);
        var stack = function.Stack;
        var count = stack.Pop();
        var value = stack.Pop();
        var index = stack.Pop();
        var array = stack.PopSimple();
        StructureRules.EmitNullCheck(function, array, TrapKind.NullArrayReference);
        stack.Emit(array);
        stack.Emit(index);
        stack.Emit(value);
        kind.EmitNarrow(function.Il);
        stack.Emit(count);
        function.Il.Call(kind.Operation(kind.AreObjects ? nameof(ArrayOperations.FillObjects) : nameof(ArrayOperations.Fill)));
    }

    public static void Copy(FunctionTranslator function, in Instruction instruction)
    {
        var stack = function.Stack;
        var count = stack.Pop();
        var sourceIndex = stack.Pop();
        var source = stack.PopSimple();
        var index = stack.Pop();
        var destination = stack.PopSimple();
        StructureRules.EmitNullCheck(function, destination, TrapKind.NullArrayReference);
        StructureRules.EmitNullCheck(function, source, TrapKind.NullArrayReference);
        stack.Emit(destination);
        stack.Emit(index);
        stack.Emit(source);
        stack.Emit(sourceIndex);
        stack.Emit(count);
        function.Il.Call(KindOf(function, instruction.Index).Operation(nameof(ArrayOperations.Copy)));
    }

    public static void Init(FunctionTranslator function, in Instruction instruction)
    {
        var kind = KindOf(function, instruction.Index);
        var stack = function.Stack;
        var count = stack.Pop();
        var offset = stack.Pop();
        var index = stack.Pop();
        var array = stack.PopSimple();
        StructureRules.EmitNullCheck(function, array, TrapKind.NullArrayReference);
        function.Il.LoadArgument(0);
        function.Il.LoadInt32(instruction.Index2);
        stack.Emit(array);
        stack.Emit(index);
        stack.Emit(offset);
        stack.Emit(count);
        function.Il.Call(kind.Operation(instruction.Opcode == Opcode.ArrayInitData
            ? nameof(ArrayOperations.InitFromData)
            : kind.AreObjects ? nameof(ArrayOperations.InitFromObjects) : nameof(ArrayOperations.InitFromFunctions)));
    }

    private static int EmitElements(FunctionTranslator function, ElementKind kind, Operand array)
    {
        StructureRules.EmitNullCheck(function, array, TrapKind.NullArrayReference);
        var elements = function.Pool.Acquire(StackType.Object);
        function.Stack.Emit(array);
        function.Il.Emit(Il.Ldfld, kind.Elements);
        function.Il.StoreLocal(elements);
        return elements;
    }

    private static void EmitIndexCheck(FunctionTranslator function, int elements, Operand index)
    {
        function.Stack.EmitCopy(index);
        function.Il.LoadLocal(elements);
        function.Il.Emit(Il.Ldlen);
        function.Il.Emit(Il.Conv_I4);
        function.Il.Branch(Il.Bge_Un, function.Traps[TrapKind.OutOfBoundsArrayAccess]);
    }

    private static ElementKind KindOf(FunctionTranslator function, int type) => function.Module.ElementsOf(type);
}
