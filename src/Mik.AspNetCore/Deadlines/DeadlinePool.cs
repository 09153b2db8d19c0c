using System.Collections.Concurrent;

namespace Mik.AspNetCore.Deadlines;

/// <summary>Deadlines that were not reached, used again: a timer and a token for each request cost half of a kilobyte. Used by any thread.</summary>
/// <param name="clock">The time.</param>
/// <param name="stopped">Ends those that no client ends any more.</param>
internal sealed class DeadlinePool(TimeProvider clock, CancellationToken stopped = default)
{
    private const int Maximum = 1024;

    private readonly ConcurrentQueue<RequestDeadline> _idle = new();
    private int _count;

    /// <summary>What is to be called while requests still run.</summary>
    public DelayedCalls DelayedCalls { get; } = new(clock);

    /// <summary>Starts a deadline. Disposing it ends it.</summary>
    public RequestDeadline Start(TimeSpan timeout, CancellationToken clientGone)
    {
        if (!_idle.TryDequeue(out var deadline))
        {
            deadline = new RequestDeadline(timeout, clock, this, clientGone, stopped);
            DelayedCalls.Add(deadline);
            return deadline;
        }

        Interlocked.Decrement(ref _count);
        deadline.Start(timeout, clientGone);
        return deadline;
    }

    /// <summary>Takes back a deadline that has ended and stopped nothing. False when there are enough.</summary>
    public bool TryKeep(RequestDeadline deadline)
    {
        if (Interlocked.Increment(ref _count) > Maximum)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _idle.Enqueue(deadline);
        return true;
    }
}
