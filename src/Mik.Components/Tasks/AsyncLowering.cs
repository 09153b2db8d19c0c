using Mik.Components.CanonicalAbi;
using Mik.Wasm.Execution;

namespace Mik.Components.Tasks;

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
        Handles.EndLends(ref context);
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
        return Begin(ref context, new HostSubtask<T>(context.Scope, task.AsTask(), context.Cancellation, PlaceOf(ref context, pointer, size, alignment, storer)));
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

    private static void Wait(ref LiftLowerContext context, Task task)
    {
        var isOver = false;
        var scope = context.Scope;
        if (scope.Root.CurrentTask is null)
        {
            context.Cancellation?.Cancel();
            throw TaskTraps.CannotBlock();
        }
        scope.Root.Loop.Await(task, () => isOver = true);
        BuiltInOperations.Block(scope, () => isOver);
        task.GetAwaiter().GetResult();
    }

    private static int Begin(ref LiftLowerContext context, Subtask subtask)
    {
        var scope = context.Scope;
        var lends = scope.Lends;
        for (var i = context.FirstLend; i < lends.Count; i++)
        {
            subtask.Lend(lends[i]);
        }
        lends.RemoveRange(context.FirstLend, lends.Count - context.FirstLend);
        scope.Root.Loop.Subtasks++;
        subtask.Index = scope.Handles.AddObject(subtask, TableKind.Subtask);
        return (int)subtask.State | (subtask.Index << 4);
    }

    private static void CheckSubtasks(TaskLoop loop)
    {
        if (loop.Subtasks >= TaskLoop.MaximumSubtasks)
        {
            throw new Trap(LimitedResource.Handles, $"more than {TaskLoop.MaximumSubtasks} calls of async functions at once");
        }
    }

    private static ResultPlace PlaceOf(ref LiftLowerContext context, int pointer, int size, int alignment, nint storer) =>
        context.PlaceFor((uint)pointer, new Extent(size, alignment), storer);
}
