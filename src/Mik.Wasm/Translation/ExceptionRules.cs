using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Objects;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>
/// Exceptions. They are no exceptions of the runtime's: <c>throw</c> keeps the exception with the store, sets a flag and goes to the handler or
/// returns, and every call that may throw is followed by a test of the flag.
/// </summary>
internal static class ExceptionRules
{
    private const int PendingOffset = 16;

    public static void Throw(FunctionTranslator function, in Instruction instruction)
    {
        var (stack, il, tag) = (function.Stack, function.Il, instruction.Index);
        var definition = function.Module.Module.Definitions[function.Module.Module.TagTypeIndices[tag]];
        var count = definition.Function!.Parameters.Length;
        stack.MaterializeTop(count);
        var package = ObjectEmitter.EmitNew(
            function, StructureLayout.OfException(definition), () => LoadTag(function, tag), i => stack.EmitCopy(stack.Peek(count - 1 - i)));
        stack.Truncate(stack.Count - count);
        EmitThrow(function, package, nameof(RuntimeOperations.Throw));
        function.Pool.Release(StackType.Object, package);
        il.Branch(Il.Br, function.Handler);
        function.EndReachableCode();
    }

    public static void ThrowReference(FunctionTranslator function, in Instruction instruction)
    {
        var exception = function.Pool.Acquire(StackType.Object);
        function.Stack.PopEmit();
        function.Il.StoreLocal(exception);
        function.Il.LoadLocal(exception);
        function.Il.Branch(Il.Brfalse, function.Traps[TrapKind.NullExceptionReference]);
        EmitThrow(function, exception, nameof(RuntimeOperations.ThrowAgain));
        function.Pool.Release(StackType.Object, exception);
        function.Il.Branch(Il.Br, function.Handler);
        function.EndReachableCode();
    }

    /// <summary>After a call: goes to the handler if it threw. The IL stack is empty.</summary>
    public static void EmitTest(FunctionTranslator function)
    {
        var il = function.Il;
        il.LoadArgument(0);
        il.Emit(Il.Ldind_I);
        il.LoadInt32(PendingOffset);
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I4);
        il.Branch(Il.Brtrue, function.Handler);
    }

    /// <summary>The end of a <c>try_table</c> that an exception may leave: those of its clauses go to their labels, others to the next handler.</summary>
    public static void EndTry(FunctionTranslator function, BlockFrame frame)
    {
        if (function.IsReachable)
        {
            BranchRules.Pass(function, frame);
            BranchRules.NoteBranch(function, frame);
            function.Il.Branch(Il.Br, frame.Label);
        }
        function.Stack.Truncate(frame.Height);
        // The clauses stand outside of the block.
        function.Frames.RemoveAt(function.Frames.Count - 1);
        function.Il.MarkLabel(frame.Dispatch!.Value);
        var exception = function.Pool.Acquire(StackType.Object);
        function.Il.LoadArgument(0);
        function.Il.Call(WellKnownMethods.RuntimeOperation(nameof(RuntimeOperations.PendingException)));
        function.Il.StoreLocal(exception);
        if (EmitClauses(function, frame, exception))
        {
            function.Il.Branch(Il.Br, function.Handler);
        }
        function.Pool.Release(StackType.Object, exception);
        function.Frames.Add(frame);
        function.IsReachable = false;
    }

    /// <summary>Emits the clauses; false when one of them catches everything.</summary>
    private static bool EmitClauses(FunctionTranslator function, BlockFrame frame, int exception)
    {
        var il = function.Il;
        foreach (var clause in frame.Catches)
        {
            function.Memory.ForgetChecks();
            function.Memory.MarkAllStale();
            var next = il.DefineLabel();
            if (clause.HasTag)
            {
                il.LoadLocal(exception);
                il.Emit(Il.Ldfld, ObjectEmitter.TypeWord);
                LoadTag(function, clause.Tag);
                il.Branch(Il.Bne_Un, next);
            }
            il.LoadArgument(0);
            il.Call(WellKnownMethods.RuntimeOperation(nameof(RuntimeOperations.Catch)));
            PushValues(function, clause, exception);
            BranchRules.BranchTo(function, function.FrameOf(clause.Label));
            function.Stack.Truncate(frame.Height);
            il.MarkLabel(next);
            if (!clause.HasTag)
            {
                return false;
            }
        }
        return true;
    }

    private static void PushValues(FunctionTranslator function, CatchClause clause, int exception)
    {
        var il = function.Il;
        if (clause.HasTag)
        {
            var definition = function.Module.Module.Definitions[function.Module.Module.TagTypeIndices[clause.Tag]];
            var layout = StructureLayout.OfException(definition);
            var types = definition.Function!.Parameters;
            for (var i = 0; i < types.Length; i++)
            {
                il.LoadLocal(exception);
                ObjectEmitter.EmitPath(il, layout, i);
                il.Emit(Il.Ldfld, layout.Field(i));
                function.Stack.PushFromIl(StackTypes.Of(types[i]), BitOrigin.Other);
            }
        }
        if (clause.PassesReference)
        {
            il.LoadLocal(exception);
            function.Stack.PushFromIl(StackType.Object, BitOrigin.Other);
        }
    }

    private static void EmitThrow(FunctionTranslator function, int exception, string operation)
    {
        function.Il.LoadArgument(0);
        function.Il.LoadLocal(exception);
        function.Il.LoadInt32(function.FunctionIndex);
        function.Il.Call(WellKnownMethods.RuntimeOperation(operation));
    }

    private static void LoadTag(FunctionTranslator function, int tag)
    {
        function.Il.LoadArgument(0);
        function.Il.LoadInt32(function.Module.Layout.Tag(tag));
        function.Il.Emit(Il.Add);
        function.Il.Emit(Il.Ldind_I);
    }
}
