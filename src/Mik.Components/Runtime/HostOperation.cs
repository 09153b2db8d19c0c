namespace Mik.Components.Runtime;

/// <summary>
/// Something that the host does for a guest while the guest may do other things. What follows from its end is done in a turn of the loop. It may be
/// abandoned and waited for again, without end: a task that is pending has one continuation, and the loop's line one place.
/// </summary>
/// <param name="loop">Whose turn it is done in.</param>
/// <param name="next">What follows.</param>
/// <param name="isCounted">Whether the loop waits for it.</param>
internal sealed class HostOperation(TaskLoop loop, Action next, bool isCounted = true)
{
    private Task? _task;
    private volatile bool _isWaitedFor;
    private int _isInLine;

    /// <summary>The call that it belongs to, where an instance serves several.</summary>
    public TaskGroup? Group { get; private set; }

    /// <summary>Whose turn it is done in.</summary>
    public TaskLoop Loop => loop;

    /// <summary>Whether anybody waits for it.</summary>
    public bool IsWaitedFor => _isWaitedFor;

    /// <summary>Waits for a task. Called in a turn, while it waits for nothing.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">The loop waits for too many.</exception>
    public void Wait(Task task, TaskGroup? group)
    {
        if (isCounted)
        {
            loop.BeginOperation();
        }
        Group = group;
        _isWaitedFor = true;

        // Whoever ends the task looks at what was just written; so either sees the other.
        Interlocked.MemoryBarrier();
        if (task.IsCompleted)
        {
            Post();
        }
        else if (task != _task)
        {
            _task = task;
            task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().UnsafeOnCompleted(Post);
        }
    }

    /// <summary>Something is to be done in the next turn that no task is waited for. Called by any thread, once, for the loop's line.</summary>
    public void SetInLine() => (_isWaitedFor, _isInLine) = (true, 1);

    /// <summary>What was waited for has ended. Called by any thread.</summary>
    public void Post()
    {
        // A guest that begins and abandons without end would fill the line, which a turn empties that never comes.
        if (_isWaitedFor && Interlocked.Exchange(ref _isInLine, 1) == 0)
        {
            loop.Post(this);
        }
    }

    /// <summary>Does what follows, unless nobody waits for it any more. Called in a turn, when it has left the line.</summary>
    public void Complete()
    {
        Volatile.Write(ref _isInLine, 0);
        if (_isWaitedFor)
        {
            End();
            next();
        }
    }

    /// <summary>Nobody waits for it any more. Called in a turn.</summary>
    public void Abandon()
    {
        if (_isWaitedFor)
        {
            End();
        }
    }

    private void End()
    {
        _isWaitedFor = false;
        if (isCounted)
        {
            loop.EndOperation();
        }
    }
}
