using System.Reflection.Emit;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Instructions that begin and end blocks.</summary>
internal static class ControlRules
{
    private const int InterruptOffset = 8;

    public static void Unreachable(FunctionTranslator function, in Instruction instruction)
    {
        function.Il.Branch(Il.Br, function.Traps[TrapKind.Unreachable]);
        function.EndReachableCode();
    }

    public static void Nop(FunctionTranslator function, in Instruction instruction)
    {
    }

    public static void Block(FunctionTranslator function, in Instruction instruction) =>
        Open(function, FrameKind.Block, instruction.BlockType);

    public static void Loop(FunctionTranslator function, in Instruction instruction)
    {
        var frame = Open(function, FrameKind.Loop, instruction.BlockType);
        var stack = function.Stack;
        var parameters = PassParameters(function, frame);
        frame.LabelLocals = parameters;
        stack.Truncate(frame.Height);

        function.Memory.Refresh();
        function.Memory.ForgetChecks();
        function.Il.MarkLabel(frame.Label);
        function.Il.LoadLocal(function.StateLocal);
        function.Il.LoadInt32(InterruptOffset);
        function.Il.Emit(Il.Add);
        // Volatile, or the compiler could read the flag once, before the loop.
        function.Il.Emit(Il.Volatile);
        function.Il.Emit(Il.Ldind_I4);
        function.Il.Branch(Il.Brtrue, function.Traps[TrapKind.Interrupted]);
        for (var i = 0; i < parameters.Length; i++)
        {
            // A branch back writes the parameter's local while the body may still hold the old value: work on copies.
            function.Il.LoadLocal(parameters[i]);
            stack.PushFromIl(StackTypes.Of(frame.Type.Parameters[i]), function.BlockOrigin);
        }
    }

    public static void Try(FunctionTranslator function, in Instruction instruction) =>
        Open(function, FrameKind.Try, instruction.BlockType, instruction.Catches);

    public static void If(FunctionTranslator function, in Instruction instruction)
    {
        var condition = function.Stack.Pop();
        var frame = Open(function, FrameKind.If, instruction.BlockType);
        frame.ElseLabel = function.Il.DefineLabel();
        frame.StaleAtElse = function.Memory.Stale;
        frame.ParameterLocals = PassParameters(function, frame);
        Conditions.Branch(function, condition, false, frame.ElseLabel);
        function.Stack.Truncate(frame.Height);
        PushParameters(function, frame);
    }

    public static void Else(FunctionTranslator function, in Instruction instruction)
    {
        var frame = function.Frames[^1];
        if (function.IsReachable)
        {
            BranchRules.Pass(function, frame);
            BranchRules.NoteBranch(function, frame);
            function.Il.Branch(Il.Br, frame.Label);
        }
        BeginElse(function, frame);
    }

    public static void End(FunctionTranslator function, in Instruction instruction)
    {
        var frame = function.Frames[^1];
        if (frame.Kind == FrameKind.Function)
        {
            EndFunction(function, frame);
            return;
        }
        if (frame.Kind == FrameKind.If)
        {
            EndThen(function, frame);
        }
        else if (frame.Dispatch is not null)
        {
            ExceptionRules.EndTry(function, frame);
        }
        if (frame.Kind != FrameKind.Loop && (frame.IsLabelUsed || frame.ParameterLocals.Length > 0))
        {
            EndAtLabel(function, frame);
        }
        else
        {
            if (frame.Latch is { } latch)
            {
                EmitLatch(function, frame, latch);
            }
            if (!function.IsReachable)
            {
                function.Stack.Truncate(frame.Height);
            }
        }
        Close(function, frame);
    }

    private static void EmitLatch(FunctionTranslator function, BlockFrame frame, Label latch)
    {
        var next = function.Il.DefineLabel();
        if (function.IsReachable)
        {
            function.Il.Branch(Il.Br, next);
        }
        function.Il.MarkLabel(latch);
        function.Il.Branch(Il.Br, frame.Label);
        function.Il.MarkLabel(next);
    }

    private static BlockFrame Open(FunctionTranslator function, FrameKind kind, BlockType blockType, CatchClause[]? catches = null)
    {
        var type = blockType.Resolve(function.Module.Module.Types);
        var height = function.Stack.Count - type.Parameters.Length;
        function.Stack.Settle(height);
        var frame = new BlockFrame { Kind = kind, Type = type, Height = height, Label = function.Il.DefineLabel(), Catches = catches ?? [] };
        function.Frames.Add(frame);
        return frame;
    }

    private static void Close(FunctionTranslator function, BlockFrame frame)
    {
        function.Frames.RemoveAt(function.Frames.Count - 1);
        Release(function, frame, frame.ParameterLocals);
        if (frame.Kind == FrameKind.Loop)
        {
            Release(function, frame, frame.LabelLocals!);
        }
    }

    private static void Release(FunctionTranslator function, BlockFrame frame, int[] parameterLocals)
    {
        for (var i = 0; i < parameterLocals.Length; i++)
        {
            function.Pool.Release(StackTypes.Of(frame.Type.Parameters[i]), parameterLocals[i]);
        }
    }

    /// <summary>Copies the block's parameters to locals of their own.</summary>
    private static int[] PassParameters(FunctionTranslator function, BlockFrame frame)
    {
        var count = frame.Type.Parameters.Length;
        var locals = count == 0 ? [] : new int[count];
        for (var i = 0; i < count; i++)
        {
            locals[i] = function.Pool.Acquire(StackTypes.Of(frame.Type.Parameters[i]));
            function.Stack.EmitCopy(function.Stack.Peek(count - 1 - i));
            function.Il.StoreLocal(locals[i]);
        }
        return locals;
    }

    private static void PushParameters(FunctionTranslator function, BlockFrame frame)
    {
        for (var i = 0; i < frame.ParameterLocals.Length; i++)
        {
            var type = StackTypes.Of(frame.Type.Parameters[i]);
            function.Stack.Push(Operand.Temporary(type, frame.ParameterLocals[i], isOwned: false, function.BlockOrigin));
        }
    }

    private static void BeginElse(FunctionTranslator function, BlockFrame frame)
    {
        function.Stack.Truncate(frame.Height);
        function.Il.MarkLabel(frame.ElseLabel);
        function.Memory.Stale = frame.StaleAtElse;
        function.Memory.ForgetChecks();
        function.IsReachable = true;
        frame.Kind = FrameKind.Else;
        PushParameters(function, frame);
    }

    // An if without else: its parameters are its results when the condition is 0.
    private static void EndThen(FunctionTranslator function, BlockFrame frame)
    {
        if (frame.Type.Parameters.Length > 0)
        {
            if (function.IsReachable)
            {
                BranchRules.Pass(function, frame);
                BranchRules.NoteBranch(function, frame);
                function.Il.Branch(Il.Br, frame.Label);
            }
            BeginElse(function, frame);
            return;
        }
        if (!function.IsReachable)
        {
            // A block inside ended without being reached and left what was below it.
            function.Stack.Truncate(frame.Height);
        }
        function.Il.MarkLabel(frame.ElseLabel);
        function.Memory.ForgetChecks();
        function.Memory.Stale = frame.StaleAtElse | (function.IsReachable ? function.Memory.Stale : default);
        function.IsReachable = true;
    }

    private static void EndAtLabel(FunctionTranslator function, BlockFrame frame)
    {
        if (function.IsReachable)
        {
            BranchRules.Pass(function, frame);
            frame.StaleAtLabel |= function.Memory.Stale;
        }
        function.Stack.Truncate(frame.Height);
        function.IsReachable = frame.IsLabelUsed || function.IsReachable;
        function.Il.MarkLabel(frame.Label);
        function.Memory.Stale = frame.StaleAtLabel;
        function.Memory.ForgetChecks();
        if (!function.IsReachable)
        {
            return;
        }
        for (var i = 0; i < frame.Type.Results.Length; i++)
        {
            function.Stack.Push(Operand.Temporary(StackTypes.Of(frame.Type.Results[i]), frame.LabelLocals![i], origin: function.BlockOrigin));
        }
    }

    private static void EndFunction(FunctionTranslator function, BlockFrame frame)
    {
        if (frame.IsLabelUsed)
        {
            EndAtLabel(function, frame);
        }
        if (function.IsReachable)
        {
            BranchRules.EmitReturn(function);
        }
        function.Frames.Clear();
    }
}
