using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Memory instructions.</summary>
internal static class MemoryRules
{
    public static void Load(FunctionTranslator function, in Instruction instruction)
    {
        var address = function.Memory.PopAddress();
        function.Memory.Check(instruction, address);
        function.Memory.EmitAddress(instruction.MemoryIndex, address, instruction.MemoryOffset);
        function.Il.Emit(instruction.Info.Lowering.Steps);
        function.Stack.Discard(address);
        function.PushResult(StackTypes.Of(instruction.Info.Pushes[0]));
    }

    public static void Store(FunctionTranslator function, in Instruction instruction)
    {
        var value = function.Stack.Pop();
        var address = function.Memory.PopAddress();
        function.Memory.Check(instruction, address);
        function.Memory.EmitAddress(instruction.MemoryIndex, address, instruction.MemoryOffset);
        function.Stack.Emit(value);
        function.Il.Emit(instruction.Info.Lowering.Steps);
        function.Stack.Discard(address);
    }

    public static void Size(FunctionTranslator function, in Instruction instruction)
    {
        var type = function.Module.Module.Memories[instruction.MemoryIndex];
        function.Memory.LoadCurrentLength(instruction.MemoryIndex);
        function.Il.LoadInt32(type.PageSizeLog2);
        function.Il.Emit(Il.Shr_Un);
        if (type.Limits.Is64)
        {
            function.PushResult(StackType.I64);
            return;
        }
        function.Il.Emit(Il.Conv_I4);
        function.PushResult(StackType.I32);
    }

    public static void Grow(FunctionTranslator function, in Instruction instruction)
    {
        if (function.Module.Module.Memories[instruction.MemoryIndex].Limits.Is64)
        {
            RuntimeCalls.Emit(function, nameof(RuntimeOperations.MemoryGrow64), 1, -1, instruction.MemoryIndex);
            function.PushResult(StackType.I64);
        }
        else
        {
            RuntimeCalls.Emit(function, nameof(RuntimeOperations.MemoryGrow), 1, 0, instruction.MemoryIndex);
            function.PushResult(StackType.I32);
        }
        function.Memory.MarkStale();
    }

    public static void Fill(FunctionTranslator function, in Instruction instruction) =>
        RuntimeCalls.Emit(function, nameof(RuntimeOperations.MemoryFill), 3, 1, instruction.MemoryIndex);

    public static void Copy(FunctionTranslator function, in Instruction instruction) =>
        RuntimeCalls.Emit(
            function, nameof(RuntimeOperations.MemoryCopy), 3, -1, instruction.MemoryIndex, instruction.Index2);

    public static void Init(FunctionTranslator function, in Instruction instruction) =>
        RuntimeCalls.Emit(
            function, nameof(RuntimeOperations.MemoryInit), 3, -1, instruction.MemoryIndex, instruction.Index);

    public static void DataDrop(FunctionTranslator function, in Instruction instruction) =>
        RuntimeCalls.Emit(function, nameof(RuntimeOperations.DataDrop), 0, -1, instruction.Index);
}
