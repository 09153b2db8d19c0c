using Mik.Components.Model;

namespace Mik.Components.Runtime;

/// <summary>
/// A call of one guest by another that does not wait for it. Arguments are taken when the callee begins, and the result is put when it comes.
/// </summary>
internal sealed unsafe class GuestSubtask : Subtask, ITaskCaller
{
    private readonly CanonLower _definition;
    private readonly long[] _row;
    private GuestTask? _task;

    private GuestSubtask(InstanceScope scope, CanonLower definition, long[] row)
        : base(scope) => (_definition, _row) = (definition, row);

    /// <summary>Calls a function of another guest; what core code gets.</summary>
    public static int Call(InstanceScope scope, CanonLower definition, LiftedFunction function, ReadOnlySpan<long> row)
    {
        var loop = scope.Root.Loop;
        AsyncLowering.CheckSubtasks(loop);
        var subtask = new GuestSubtask(scope, definition, row.ToArray());
        var emitter = function.Scope.Root.Adapters;
        subtask._task = new GuestTask(function, emitter.TaskStart(function.Definition), emitter.TaskResult(function.Definition), subtask);
        subtask._task.Begin();
        if (subtask.IsResolved)
        {
            subtask.DeliverEnd();
            return (int)subtask.State;
        }
        loop.Subtasks++;
        subtask.Index = scope.Handles.AddObject(subtask, TableKind.Subtask);
        return (int)subtask.State | (subtask.Index << 4);
    }

    /// <inheritdoc/>
    public override void Cancel() => _task!.Cancel();

    /// <inheritdoc/>
    public object?[] TakeArguments()
    {
        var context = CreateContext();
        object?[] arguments;
        fixed (long* row = _row)
        {
            var lifter = (delegate* managed<ref LiftLowerContext, nint, object?[]>)Scope.Root.Adapters.ArgumentsLifter(_definition);
            arguments = lifter(ref context, (nint)row);
        }
        TakeLends(context.FirstLend);
        Move(SubtaskState.Started);
        return arguments;
    }

    /// <inheritdoc/>
    public void Returned(object? result)
    {
        if (_definition.Type.Result is { } type)
        {
            var context = CreateContext();
            var storer = Scope.Root.Adapters.ElementStorer(type, null);
            context.PlaceFor((uint)_row[^1], Layout.Memory32.ExtentOf(type), storer).Store(ref context, result);
        }
        Move(SubtaskState.Returned);
    }

    /// <inheritdoc/>
    public void Cancelled() => Move(State == SubtaskState.Starting ? SubtaskState.CancelledBeforeStarted : SubtaskState.CancelledBeforeReturned);

    // What happens before the call returns, its result says.
    private void Move(SubtaskState state) => MoveTo(state, tells: Index != 0);

    private LiftLowerContext CreateContext()
    {
        var options = _definition.Options;
        LiftLowerContext context = default;
        context.Initialize(Scope, options.Memory ?? -1, options.Realloc ?? -1, options.StringEncoding, is64: false);
        return context;
    }
}
