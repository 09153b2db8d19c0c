namespace Mik.AspNetCore.Deadlines;

/// <summary>
/// The one timer of a request, which covers loading, instantiating, running and streaming, and the one token that stops it for whatever
/// reason. The first reason wins.
/// </summary>
internal sealed class RequestDeadline : IDisposable
{
    private static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _clock;
    private readonly DeadlinePool? _pool;
    private readonly CancellationToken _stopped;
    private readonly ITimer _timer;
    private CancellationTokenRegistration _clientGone;
    private long _startedAt;
    private long _startedTick;
    private TimeSpan _timeout;
    private long _timerDueAt = long.MaxValue;
    private bool _isTimerOfThisRequest;
    private bool _isRunning;
    private IDelayedCall? _call;
    private long _callAskedAt;
    private TimeSpan _callDelay;
    private int _reason;

    /// <summary>
    /// Starts the timer. <paramref name="clientGone"/> is the connection's token, which <paramref name="stopped"/>, the server's, may be the cause of.
    /// </summary>
    public RequestDeadline(TimeSpan timeout, TimeProvider clock, CancellationToken clientGone, CancellationToken stopped = default)
        : this(timeout, clock, null, clientGone, stopped)
    {
    }

    /// <summary>Starts the timer of a deadline that a pool takes back.</summary>
    internal RequestDeadline(TimeSpan timeout, TimeProvider clock, DeadlinePool? pool, CancellationToken clientGone, CancellationToken stopped)
    {
        _stopped = stopped;
        _clock = clock;
        _pool = pool;
        _timer = clock.CreateTimer(static state => ((RequestDeadline)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Start(timeout, clientGone);
    }

    /// <summary>Cancelled when the request must stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Why it was stopped.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>Begins to run, for another request if it has ended before.</summary>
    internal void Start(TimeSpan timeout, CancellationToken clientGone)
    {
        lock (_gate)
        {
            _startedAt = _clock.GetTimestamp();
            _startedTick = Environment.TickCount64;
            _timeout = timeout;
            _isRunning = true;
            _call = null;

            // One that is still set for a request before, and comes first, is set again when it comes: most requests end long before.
            _isTimerOfThisRequest = false;
            if (_startedAt + ClockTicks(timeout) <= _timerDueAt)
            {
                SetTimer(timeout);
            }
        }

        _clientGone = clientGone.UnsafeRegister(static state => ((RequestDeadline)state!).StopWithClient(), this);
    }

    /// <summary>Stops the request, unless it was stopped before.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) == (int)StopReason.None)
        {
            _stop.Cancel();
        }
    }

    /// <summary>
    /// Calls back once, on another thread, if the request runs for so long yet, or a little longer. Only for the deadlines of a pool.
    /// </summary>
    public void CallAfter(TimeSpan delay, IDelayedCall call)
    {
        lock (_gate)
        {
            if (!_isRunning || Remaining <= delay)
            {
                return;
            }

            _callAskedAt = _clock.GetTimestamp();
            _callDelay = delay;
            _call = call;
        }

        _pool!.DelayedCalls.LookLater();
    }

    /// <summary>Whether there is a call to make later.</summary>
    internal bool HasCall => _call is not null;

    /// <summary>The call whose time has come, once; else null.</summary>
    internal IDelayedCall? TakeDueCall()
    {
        if (!HasCall)
        {
            return null;
        }

        lock (_gate)
        {
            if (_call is not { } call || !_isRunning || _clock.GetElapsedTime(_callAskedAt) < _callDelay)
            {
                return null;
            }

            _call = null;
            return call;
        }
    }

    /// <summary>That the client goes stops nothing from now on; that the server ends still does.</summary>
    public void IgnoreClient()
    {
        _clientGone.Dispose();
        _clientGone = _stopped.UnsafeRegister(static state => ((RequestDeadline)state!).Stop(StopReason.ServerStopped), this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Waits for a running callback.
        _clientGone.Dispose();
        bool isUntouched;
        lock (_gate)
        {
            _isRunning = false;
            _call = null;
            isUntouched = _pool is not null && Reason == StopReason.None && _stop.TryReset();
        }

        // The source is left to the collector when it is not used again: without its own timer or wait handle there is nothing to dispose.
        if (!isUntouched || !_pool!.TryKeep(this))
        {
            _timer.Dispose();
            _pool?.DelayedCalls.Remove(this);
        }
    }

    /// <summary>The timer fired: for this request, or for one before.</summary>
    private void Expire()
    {
        lock (_gate)
        {
            _timerDueAt = long.MaxValue;
            if (!_isRunning)
            {
                return;
            }

            if (_isTimerOfThisRequest && HasPassed)
            {
                Stop(StopReason.Deadline);
            }
            else
            {
                SetTimer(Remaining);
            }
        }
    }

    private void SetTimer(TimeSpan delay)
    {
        _isTimerOfThisRequest = true;
        _timerDueAt = _clock.GetTimestamp() + ClockTicks(delay);
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private long ClockTicks(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);

    // A server that ends cuts its connections too.
    private void StopWithClient() => Stop(_stopped.IsCancellationRequested ? StopReason.ServerStopped : StopReason.ClientGone);

    private TimeSpan Remaining => _timeout - _clock.GetElapsedTime(_startedAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Whether it is time, by the clock or by the system's timers, which may be early by a tick.</summary>
    private bool HasPassed =>
        _clock.GetElapsedTime(_startedAt) >= _timeout - TimerSlack
            || TimeSpan.FromMilliseconds(Environment.TickCount64 - _startedTick) >= _timeout - TimerSlack;
}
