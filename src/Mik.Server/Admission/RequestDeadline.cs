namespace Mik.Server.Admission;

/// <summary>
/// The one timer of a request, which covers loading, instantiating, running and streaming, and the one token that stops it for whatever
/// reason. The first reason wins.
/// </summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _clientGone;
    private int _reason;

    /// <summary>Starts the timer. <paramref name="clientGone"/> is the connection's token.</summary>
    public RequestDeadline(TimeSpan timeout, TimeProvider clock, CancellationToken clientGone)
    {
        _timer = clock.CreateTimer(static state => ((RequestDeadline)state!).Stop(StopReason.Deadline), this, timeout, Timeout.InfiniteTimeSpan);
        _clientGone = clientGone.UnsafeRegister(static state => ((RequestDeadline)state!).Stop(StopReason.ClientGone), this);
    }

    /// <summary>Cancelled when the request must stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Why it was stopped.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>Stops the request, unless it was stopped before.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) == (int)StopReason.None)
        {
            _stop.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _clientGone.Dispose();

        // The source is left to the collector: a timer that fires right now may still be about to cancel it, and without its own
        // timer or wait handle there is nothing to dispose.
    }
}
