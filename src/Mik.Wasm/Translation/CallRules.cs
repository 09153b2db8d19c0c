using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Calls: direct ones within the module, the others through a <see cref="FunctionReference"/>.</summary>
internal static class CallRules
{
    private const int ContextOffset = 8;
    private const int TypeIdOffset = 16;

    public static void Call(FunctionTranslator function, in Instruction instruction)
    {
        var isTail = instruction.Opcode == Opcode.ReturnCall;
        var module = function.Module;
        var signature = module.SignatureOf(module.Module.FunctionTypeIndices[instruction.Index]);
        if (!module.Layout.IsImportedFunction(instruction.Index))
        {
            function.Il.LoadArgument(0);
            EmitArguments(function, signature, isTail);
            if (isTail)
            {
                function.Il.Emit(Il.Tailcall);
            }
            function.Il.Call(module.MethodOf(instruction.Index));
            EndCall(function, signature, isTail, module.MayThrow(instruction.Index));
            return;
        }
        var reference = function.Pool.Acquire(StackType.Reference);
        function.Il.LoadArgument(0);
        function.Il.LoadInt32(module.Layout.Function(instruction.Index));
        function.Il.Emit(Il.Add);
        function.Il.Emit(Il.Ldind_I);
        function.Il.StoreLocal(reference);
        EmitReferenceCall(function, signature, reference, isTail);
    }

    public static void CallIndirect(FunctionTranslator function, in Instruction instruction)
    {
        var il = function.Il;
        var signature = function.Module.SignatureOf(instruction.Index);
        var element = TableRules.EmitElementAddress(function, instruction.Index2, TrapKind.UndefinedElement);
        var reference = function.Pool.Acquire(StackType.Reference);
        il.LoadLocal(element);
        il.Emit(Il.Ldind_I);
        il.StoreLocal(reference);
        function.Pool.Release(StackType.Reference, element);

        il.LoadLocal(reference);
        il.Branch(Il.Brfalse, function.Traps[TrapKind.UninitializedElement]);
        il.LoadLocal(reference);
        il.LoadInt32(TypeIdOffset);
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I4);
        function.Module.EmitTypeId(il, instruction.Index);
        if (function.Module.Module.Definitions[instruction.Index].IsFinal)
        {
            il.Branch(Il.Bne_Un, function.Traps[TrapKind.IndirectCallTypeMismatch]);
        }
        else
        {
            EmitSubtypeCheck(function, instruction.Index, reference);
        }
        EmitReferenceCall(function, signature, reference, instruction.Opcode == Opcode.ReturnCallIndirect);
    }

    public static void CallReference(FunctionTranslator function, in Instruction instruction)
    {
        var reference = function.Pool.Acquire(StackType.Reference);
        function.Stack.PopEmit();
        function.Il.StoreLocal(reference);
        function.Il.LoadLocal(reference);
        function.Il.Branch(Il.Brfalse, function.Traps[TrapKind.NullFunctionReference]);
        EmitReferenceCall(function, function.Module.SignatureOf(instruction.Index), reference, instruction.Opcode == Opcode.ReturnCallRef);
    }

    // The two numbers are on the IL stack.
    private static void EmitSubtypeCheck(FunctionTranslator function, int type, int reference)
    {
        var il = function.Il;
        var matches = il.DefineLabel();
        il.Branch(Il.Beq, matches);
        il.LoadLocal(reference);
        il.LoadInt32(TypeIdOffset);
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I4);
        function.Module.EmitTypeId(il, type);
        il.Call(WellKnownMethods.RuntimeOperation(nameof(RuntimeOperations.IsSubtype)));
        il.Branch(Il.Brfalse, function.Traps[TrapKind.IndirectCallTypeMismatch]);
        il.MarkLabel(matches);
    }

    private static void EmitReferenceCall(FunctionTranslator function, CallSignature signature, int reference, bool isTail)
    {
        var il = function.Il;
        il.LoadLocal(reference);
        il.LoadInt32(ContextOffset);
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I);
        EmitArguments(function, signature, isTail);
        il.LoadLocal(reference);
        il.Emit(Il.Ldind_I);
        if (isTail)
        {
            il.Emit(Il.Tailcall);
        }
        il.CallIndirect(signature.Return, signature.Parameters);
        function.Pool.Release(StackType.Reference, reference);
        EndCall(function, signature, isTail, function.Module.KnowsExceptions);
    }

    private static void EmitArguments(FunctionTranslator function, CallSignature signature, bool isTail)
    {
        var count = signature.Type.Parameters.Length;
        for (var i = 0; i < count; i++)
        {
            var argument = function.Stack.Peek(count - 1 - i);
            function.Stack.EmitCopy(argument);
            function.HideOnIl(argument);
        }
        function.Stack.Truncate(function.Stack.Count - count);
        if (!signature.HasResultBuffer)
        {
            return;
        }
        if (isTail)
        {
            // The results are this function's own, so they go where its caller wants them.
            function.Il.LoadArgument(1 + function.Type.Parameters.Length);
        }
        else
        {
            function.Il.LoadLocal(function.ResultBuffer);
        }
        EmitResultPlaces(function, signature, isTail);
    }

    private static void EmitResultPlaces(FunctionTranslator function, CallSignature signature, bool isTail)
    {
        var place = 0;
        for (var i = 1; i < signature.Type.Results.Length; i++)
        {
            if (StackTypes.Of(signature.Type.Results[i]) != StackType.Object)
            {
                continue;
            }
            if (isTail)
            {
                function.Il.LoadArgument(CallSignature.ResultParameter(function.Type, i));
            }
            else
            {
                function.Il.LoadLocalAddress(function.ResultObject(place++));
            }
        }
    }

    private static void EndCall(FunctionTranslator function, CallSignature signature, bool isTail, bool mayThrow)
    {
        if (isTail)
        {
            function.Il.Emit(Il.Ret);
            function.EndReachableCode();
        }
        else
        {
            TakeResults(function, signature, mayThrow);
        }
    }

    private static void TakeResults(FunctionTranslator function, CallSignature signature, bool mayThrow)
    {
        function.Memory.MarkStale();
        var results = signature.Type.Results;
        if (results.Length == 1 && !mayThrow)
        {
            function.PushResult(StackTypes.Of(results[0]));
            return;
        }
        var place = 0;
        for (var i = 0; i < results.Length; i++)
        {
            var type = StackTypes.Of(results[i]);
            if (i > 0 && type == StackType.Object)
            {
                function.Il.LoadLocal(function.ResultObject(place++));
            }
            else if (i > 0)
            {
                function.Il.LoadLocal(function.ResultBuffer);
                function.Il.LoadInt32((i - 1) * CallSignature.ResultSlotSize);
                function.Il.Emit(Il.Add);
                Cells.EmitLoad(function.Il, type);
            }
            function.Stack.PushFromIl(type, BitOrigin.Other);
        }
        if (mayThrow)
        {
            ExceptionRules.EmitTest(function);
        }
    }
}
