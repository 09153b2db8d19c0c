namespace Mik.AspNetCore.Deadlines;

/// <summary>
/// The delayed calls of many deadlines by one timer that looks after all. Nearly every request asks for one and ends before: to set a timer of its own, and
/// to wake the thread that waits for timers, would cost a twentieth of what a small request does.
/// </summary>
internal sealed class DelayedCalls
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly HashSet<RequestDeadline> _deadlines = [];
    private readonly ITimer _timer;
    private int _isLooking;

    /// <summary>Looks by this clock.</summary>
    public DelayedCalls(TimeProvider clock) =>
        _timer = clock.CreateTimer(static calls => ((DelayedCalls)calls!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Looks after a deadline from now on.</summary>
    public void Add(RequestDeadline deadline)
    {
        lock (_gate)
        {
            _deadlines.Add(deadline);
        }
    }

    /// <summary>The deadline is not used any more.</summary>
    public void Remove(RequestDeadline deadline)
    {
        lock (_gate)
        {
            _deadlines.Remove(deadline);
        }
    }

    /// <summary>One of the deadlines has a call to make.</summary>
    public void LookLater()
    {
        if (Volatile.Read(ref _isLooking) == 0 && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            _timer.Change(LookEvery, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        // Before looking: what is asked for from now on must be seen by somebody.
        Volatile.Write(ref _isLooking, 0);
        var due = new List<IDelayedCall>();
        var mustLookAgain = false;
        lock (_gate)
        {
            foreach (var deadline in _deadlines)
            {
                mustLookAgain |= deadline.HasCall;
                if (deadline.TakeDueCall() is { } call)
                {
                    due.Add(call);
                }
            }
        }

        if (mustLookAgain)
        {
            LookLater();
        }

        foreach (var call in due)
        {
            call.Call();
        }
    }
}
