namespace Mik.Components.Runtime;

/// <summary>A call of an async function of the host that waits for something.</summary>
/// <param name="scope">The caller.</param>
/// <param name="cancellation">Ends what the host does, or null where it cannot be ended.</param>
internal abstract class HostSubtask(InstanceScope scope, CancellationTokenSource? cancellation) : Subtask(scope), IDisposable
{
    private HostOperation? _operation;

    /// <summary>Waits for the host.</summary>
    protected void Wait(Task task)
    {
        MoveTo(SubtaskState.Started, tells: false);
        _operation = Scope.Root.Loop.Await(task, Complete);
    }

    /// <inheritdoc/>
    /// <remarks>The host needs not be asked: what it gives later is thrown away.</remarks>
    public override void Cancel()
    {
        _operation?.Abandon();
        cancellation?.Cancel();
        DisposeLate();
        MoveTo(SubtaskState.CancelledBeforeReturned);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsResolved)
        {
            _operation?.Abandon();
            cancellation?.Cancel();
            DisposeLate();
        }
    }

    /// <summary>Gives the result to the guest.</summary>
    protected abstract void Lower();

    /// <summary>Throws the result away when it comes.</summary>
    protected abstract void DisposeLate();

    private void Complete()
    {
        if (!IsResolved)
        {
            Lower();
            cancellation?.Dispose();
            MoveTo(SubtaskState.Returned);
        }
    }
}

/// <summary>The same, without a result.</summary>
internal sealed class HostSubtaskWithoutResult : HostSubtask
{
    private readonly Task _task;

    public HostSubtaskWithoutResult(InstanceScope scope, Task task, CancellationTokenSource? cancellation)
        : base(scope, cancellation)
    {
        _task = task;
        Wait(task);
    }

    /// <inheritdoc/>
    protected override void Lower() => _task.GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override void DisposeLate()
    {
    }
}

/// <summary>The same, with a result.</summary>
internal sealed class HostSubtask<T> : HostSubtask
{
    private readonly Task<T> _task;
    private readonly ResultPlace _place;

    public HostSubtask(InstanceScope scope, Task<T> task, CancellationTokenSource? cancellation, ResultPlace place)
        : base(scope, cancellation)
    {
        _task = task;
        _place = place;
        Wait(task);
    }

    /// <inheritdoc/>
    protected override void Lower()
    {
        _place.CreateContext(out var context);
        _place.Store(ref context, _task.GetAwaiter().GetResult());
    }

    /// <inheritdoc/>
    protected override void DisposeLate() => _ = _task.ContinueWith(
        static task => (LateValue.Of(task.Result) as IDisposable)?.Dispose(),
        CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
