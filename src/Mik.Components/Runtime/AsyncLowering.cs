using Mik.Components.Model;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>How calls of async functions of the host end, at once or later; called by emitted adapters (CanonicalABI.md, "canon lower").</summary>
internal static class AsyncLowering
{
    /// <summary>A token that ends when the guest does not want the result any more.</summary>
    public static CancellationToken NewToken(ref LiftLowerContext context)
    {
        context.Cancellation = new CancellationTokenSource();
        return context.Cancellation.Token;
    }

    /// <summary>An async lower of a function without result that has ended.</summary>
    public static int Finish(ref LiftLowerContext context)
    {
        HandleOperations.EndLends(ref context);
        return (int)SubtaskState.Returned;
    }

    /// <summary>An async lower of a function that has given its result.</summary>
    public static int FinishWith<T>(ref LiftLowerContext context, T result, int pointer, int size, int alignment, nint storer)
    {
        PlaceOf(ref context, pointer, size, alignment, storer).Store(ref context, result);
        return Finish(ref context);
    }

    /// <summary>An async lower of a function without result that may go on.</summary>
    public static int Continue(ref LiftLowerContext context, ValueTask task)
    {
        if (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();
            return Finish(ref context);
        }
        CheckSubtasks(context.Scope.Root.Loop);
        return Begin(ref context, new HostSubtaskWithoutResult(context.Scope, task.AsTask(), context.Cancellation));
    }

    /// <summary>An async lower of a function that may go on.</summary>
    public static int ContinueWith<T>(ref LiftLowerContext context, ValueTask<T> task, int pointer, int size, int alignment, nint storer)
    {
        if (task.IsCompleted)
        {
            return FinishWith(ref context, task.GetAwaiter().GetResult(), pointer, size, alignment, storer);
        }
        CheckSubtasks(context.Scope.Root.Loop);
        return Begin(
            ref context, new HostSubtask<T>(context.Scope, task.AsTask(), context.Cancellation, PlaceOf(ref context, pointer, size, alignment, storer)));
    }

    /// <summary>A sync lower of an async function without result: waits for it.</summary>
    public static void Await(ref LiftLowerContext context, ValueTask task)
    {
        if (!task.IsCompleted)
        {
            Wait(ref context, task.AsTask());
            return;
        }
        task.GetAwaiter().GetResult();
    }

    /// <summary>A sync lower of an async function: waits for its result.</summary>
    public static T AwaitResult<T>(ref LiftLowerContext context, ValueTask<T> task)
    {
        if (task.IsCompleted)
        {
            return task.GetAwaiter().GetResult();
        }
        var waited = task.AsTask();
        Wait(ref context, waited);
        return waited.GetAwaiter().GetResult();
    }

    /// <summary>An async lower of a function that is no typed method of the host, with its flat parameters in a row.</summary>
    public static unsafe int CallLinked(nint record, int slot, nint row)
    {
        var scope = AdapterOperations.ScopeOf(record);
        AdapterOperations.CheckMayLeave(scope);
        scope.Root.HasCalledOut = true;
        var definition = scope.Root.Adapters.LoweringAt(slot);
        var values = new ReadOnlySpan<long>((void*)row, definition.CoreType.Parameters.Length);
        var function = scope.Functions[definition.Function];
        if (function is LiftedFunction lifted && lifted.Scope.Root == scope.Root)
        {
            return GuestSubtask.Call(scope, definition, lifted, values);
        }
        LiftLowerContext context = default;
        var options = definition.Options;
        context.Initialize(scope, options.Memory ?? -1, options.Realloc ?? -1, options.StringEncoding, is64: false);
        var adapters = scope.Root.Adapters;
        var arguments = ((delegate* managed<ref LiftLowerContext, nint, object?[]>)adapters.ArgumentsLifter(definition))(ref context, row);
        var result = function.Invoke(scope, arguments);
        return definition.Type.Result is { } type
            ? FinishWith(
                ref context, result, (int)values[^1], (int)Layout.Memory32.ExtentOf(type).Size, Layout.Memory32.ExtentOf(type).Alignment,
                adapters.ElementStorer(type, null))
            : Finish(ref context);
    }

    private static void Wait(ref LiftLowerContext context, Task task)
    {
        var isOver = false;
        var scope = context.Scope;
        if (scope.Root.CurrentTask is null)
        {
            context.Cancellation?.Cancel();
            throw TaskTraps.CannotBlock();
        }
        var operation = scope.Root.Loop.Await(task, () => isOver = true);
        try
        {
            BuiltInOperations.Block(scope, () => isOver);
        }
        finally
        {
            if (!isOver)
            {
                // The guest was ended: what the host does for it would last as long as it had asked for.
                operation.Abandon();
                context.Cancellation?.Cancel();
            }
        }
        task.GetAwaiter().GetResult();
    }

    private static int Begin(ref LiftLowerContext context, Subtask subtask)
    {
        var scope = context.Scope;
        subtask.TakeLends(context.FirstLend);
        scope.Root.Loop.Subtasks++;
        subtask.Index = scope.Handles.AddObject(subtask, TableKind.Subtask);
        return (int)subtask.State | (subtask.Index << 4);
    }

    /// <summary>One more call of an import begins that may not end at once.</summary>
    /// <exception cref="Trap">There are too many.</exception>
    public static void CheckSubtasks(TaskLoop loop)
    {
        if (loop.Subtasks >= TaskLoop.MaximumSubtasks)
        {
            throw new Trap(LimitedResource.Handles, $"more than {TaskLoop.MaximumSubtasks} calls of async functions at once");
        }
    }

    private static ResultPlace PlaceOf(ref LiftLowerContext context, int pointer, int size, int alignment, nint storer) =>
        context.PlaceFor((uint)pointer, new Extent(size, alignment), storer);
}
