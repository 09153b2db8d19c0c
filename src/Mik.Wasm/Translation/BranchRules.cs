using System.Reflection.Emit;
using Mik.Wasm.Decoding;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Instructions that leave blocks or repeat them.</summary>
internal static class BranchRules
{
    // The compiler walks over everything between a branch back and its target: many long ones would take it hours.
    private const int DirectBackBranches = 16;

    public static void Return(FunctionTranslator function, in Instruction instruction)
    {
        EmitReturn(function);
        function.EndReachableCode();
    }

    public static void Branch(FunctionTranslator function, in Instruction instruction)
    {
        BranchTo(function, function.FrameOf(instruction.Index));
        function.EndReachableCode();
    }

    /// <summary>Goes to a frame's label with the topmost operands, which stay on the stack.</summary>
    public static void BranchTo(FunctionTranslator function, BlockFrame frame)
    {
        if (frame.Kind == FrameKind.Function)
        {
            EmitReturn(function);
        }
        else
        {
            Pass(function, frame);
            NoteBranch(function, frame);
            function.Il.Branch(Il.Br, TargetOf(function, frame));
        }
    }

    public static void BranchIf(FunctionTranslator function, in Instruction instruction)
    {
        var condition = function.Stack.Pop();
        BranchWhen(function, function.FrameOf(instruction.Index), (when, target) => Conditions.Branch(function, condition, when, target));
    }

    public static void BranchOnNull(FunctionTranslator function, in Instruction instruction)
    {
        var reference = function.Stack.PopSimple();
        BranchWhen(function, function.FrameOf(instruction.Index), (when, target) => BranchOn(function, reference, !when, target));
        function.Stack.Push(reference);
    }

    public static void BranchOnNonNull(FunctionTranslator function, in Instruction instruction)
    {
        var reference = function.Stack.PopSimple();
        function.Stack.Push(reference);
        BranchWhen(function, function.FrameOf(instruction.Index), (when, target) => BranchOn(function, reference, when, target));
        function.Stack.Discard(function.Stack.Pop());
    }

    /// <summary>Branches to a frame's label on a condition; the values that it passes are on the stack, and stay there.</summary>
    /// <param name="function">The function.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="branch">Goes to a label when the condition is true, or when it is false.</param>
    public static void BranchWhen(FunctionTranslator function, BlockFrame frame, Action<bool, Label> branch)
    {
        if (frame.LabelTypes.Length == 0)
        {
            NoteBranch(function, frame);
            branch(true, TargetOf(function, frame));
            return;
        }
        // The values stay on the stack for the way that does not branch.
        function.Stack.MaterializeTop(frame.LabelTypes.Length);
        var next = function.Il.DefineLabel();
        if (frame.Kind == FrameKind.Function)
        {
            branch(false, next);
            EmitReturn(function);
        }
        else
        {
            NoteBranch(function, frame);
            branch(false, next);
            Pass(function, frame);
            function.Il.Branch(Il.Br, TargetOf(function, frame));
        }
        function.Il.MarkLabel(next);
    }

    private static void BranchOn(FunctionTranslator function, Operand reference, bool when, Label target)
    {
        function.Stack.EmitCopy(reference);
        function.Il.Branch(when ? Il.Brtrue : Il.Brfalse, target);
    }

    public static void BranchTable(FunctionTranslator function, in Instruction instruction)
    {
        var index = function.Stack.Pop();
        var labels = instruction.Labels;
        var arity = function.FrameOf(labels[^1]).LabelTypes.Length;
        if (arity > 0)
        {
            index = function.Stack.Materialize(index);
            function.Stack.MaterializeTop(arity);
        }
        foreach (var label in labels)
        {
            NoteBranch(function, function.FrameOf(label));
        }
        var stubs = new Dictionary<int, Label>();
        var targets = new Label[labels.Length - 1];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = CaseOf(function, labels[i], stubs);
        }
        function.Stack.Emit(index);
        function.HideOnIl(index);
        function.Il.Switch(targets);
        if (arity == 0)
        {
            function.Il.Branch(Il.Br, TargetOf(function, function.FrameOf(labels[^1])));
        }
        else
        {
            EmitStub(function, function.FrameOf(labels[^1]));
            foreach (var (label, stub) in stubs)
            {
                function.Il.MarkLabel(stub);
                EmitStub(function, function.FrameOf(label));
            }
        }
        function.EndReachableCode();
    }

    /// <summary>Copies the topmost operands to where a branch to the frame passes them; they stay on the stack.</summary>
    public static void Pass(FunctionTranslator function, BlockFrame frame)
    {
        var types = frame.LabelTypes;
        if (frame.LabelLocals is null)
        {
            frame.LabelLocals = types.Length == 0 ? [] : new int[types.Length];
            for (var i = 0; i < types.Length; i++)
            {
                frame.LabelLocals[i] = function.Pool.Acquire(StackTypes.Of(types[i]));
            }
        }
        for (var i = 0; i < types.Length; i++)
        {
            function.Stack.EmitCopy(function.Stack.Peek(types.Length - 1 - i));
            function.Il.StoreLocal(frame.LabelLocals[i]);
        }
    }

    /// <summary>Must run before a branch to the frame's label is written.</summary>
    public static void NoteBranch(FunctionTranslator function, BlockFrame frame)
    {
        if (frame.Kind == FrameKind.Loop)
        {
            function.Memory.Refresh();
            return;
        }
        frame.IsLabelUsed = true;
        frame.StaleAtLabel |= function.Memory.Stale;
    }

    /// <summary>Returns the topmost operands.</summary>
    public static void EmitReturn(FunctionTranslator function)
    {
        var (stack, il) = (function.Stack, function.Il);
        var results = function.Type.Results;
        for (var i = 1; i < results.Length; i++)
        {
            if (StackTypes.Of(results[i]) == StackType.Object)
            {
                il.LoadArgument(CallSignature.ResultParameter(function.Type, i));
                stack.EmitCopy(stack.Peek(results.Length - 1 - i));
                il.Emit(Il.Stind_Ref);
                continue;
            }
            il.LoadArgument(1 + function.Type.Parameters.Length);
            il.LoadInt32((i - 1) * CallSignature.ResultSlotSize);
            il.Emit(Il.Add);
            stack.EmitCopy(stack.Peek(results.Length - 1 - i));
            Cells.EmitStore(il, StackTypes.Of(results[i]));
        }
        if (results.Length > 0)
        {
            stack.EmitCopy(stack.Peek(results.Length - 1));
        }
        il.Emit(Il.Ret);
    }

    private static Label CaseOf(FunctionTranslator function, int label, Dictionary<int, Label> stubs)
    {
        var frame = function.FrameOf(label);
        if (frame.LabelTypes.Length == 0)
        {
            return TargetOf(function, frame);
        }
        if (!stubs.TryGetValue(label, out var stub))
        {
            stub = function.Il.DefineLabel();
            stubs.Add(label, stub);
        }
        return stub;
    }

    private static void EmitStub(FunctionTranslator function, BlockFrame frame)
    {
        Pass(function, frame);
        function.Il.Branch(Il.Br, TargetOf(function, frame));
    }

    private static Label TargetOf(FunctionTranslator function, BlockFrame frame)
    {
        if (frame.Kind != FrameKind.Loop || ++frame.BackBranches <= DirectBackBranches)
        {
            return frame.Label;
        }
        return frame.Latch ??= function.Il.DefineLabel();
    }
}
