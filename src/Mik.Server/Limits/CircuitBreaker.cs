namespace Mik.Server.Limits;

/// <summary>
/// Keeps requests away from a module that only fails. Closed: requests pass; five failures in a row open it. Open: none pass, for 30 seconds.
/// Half-open: up to three pass at a time; the first that succeeds closes it, the first that fails opens it again, and one that says nothing
/// makes way for another. A request that began before the last change of state counts for nothing.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider clock)
{
    /// <summary>Failures in a row that open it.</summary>
    public const int FailureLimit = 5;

    /// <summary>Requests that may be on trial at once.</summary>
    public const int ProbeLimit = 3;

    /// <summary>How long it stays open.</summary>
    public static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private volatile int _version = (int)CircuitState.Closed;
    private volatile int _failures;
    private int _probes;
    private long _openedAt;
    private long _timesOpened;

    /// <summary>The state now. An open one stays open until a request asks.</summary>
    public CircuitState State => StateOf(_version);

    /// <summary>How often it opened.</summary>
    public long TimesOpened => Interlocked.Read(ref _timesOpened);

    /// <summary>Failures in a row so far.</summary>
    public int Failures => _failures;

    /// <summary>Whether a request may pass; if not, when to ask again.</summary>
    /// <param name="pass">Its pass.</param>
    /// <param name="retryAfter">When to ask again.</param>
    /// <param name="isCounted">Whether it takes the place of a probe; one that does not is counted elsewhere.</param>
    public bool TryEnter(out CircuitPass pass, out TimeSpan retryAfter, bool isCounted = true)
    {
        var version = _version;
        pass = new CircuitPass(version);
        retryAfter = TimeSpan.Zero;
        return StateOf(version) == CircuitState.Closed || TryProbe(isCounted, out pass, out retryAfter);
    }

    /// <summary>Whether nothing passes now, and when to ask again.</summary>
    public bool Refuses(out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (State != CircuitState.Open)
        {
            return false;
        }

        lock (_gate)
        {
            retryAfter = OpenTime - clock.GetElapsedTime(_openedAt);
            return State == CircuitState.Open && retryAfter > TimeSpan.Zero;
        }
    }

    /// <summary>Takes a pass back. Gives the state that this led to, or null when it is as before.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="outcome">What came of the request.</param>
    /// <param name="mayOpen">Whether a failure may open it when it is closed; else it is only counted.</param>
    public CircuitState? Return(CircuitPass pass, HandlerOutcome outcome, bool mayOpen = true)
    {
        if (StateOf(pass.Version) == CircuitState.Closed && (outcome == HandlerOutcome.Neutral || (outcome == HandlerOutcome.Success && _failures == 0)))
        {
            return null;
        }

        lock (_gate)
        {
            return pass.Version == _version ? Count(outcome, pass.IsCounted, mayOpen) : null;
        }
    }

    /// <summary>Opens it if it is closed. False when it was not.</summary>
    public bool Open()
    {
        lock (_gate)
        {
            if (State != CircuitState.Closed)
            {
                return false;
            }

            BecomeOpen();
            return true;
        }
    }

    /// <summary>Closes it: the module was replaced.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            if (_failures > 0 || State != CircuitState.Closed)
            {
                Become(CircuitState.Closed);
            }
        }
    }

    // The state is in the two lowest bits, and the rest counts its changes.
    private static CircuitState StateOf(int version) => (CircuitState)(version & 3);

    private bool TryProbe(bool isCounted, out CircuitPass pass, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            retryAfter = TimeSpan.Zero;
            if (State == CircuitState.Open)
            {
                retryAfter = OpenTime - clock.GetElapsedTime(_openedAt);
                if (retryAfter <= TimeSpan.Zero)
                {
                    Become(CircuitState.HalfOpen);
                }
            }

            pass = new CircuitPass(_version, isCounted && State == CircuitState.HalfOpen);
            switch (State)
            {
                case CircuitState.Open:
                    return false;
                case CircuitState.HalfOpen when !isCounted:
                    return true;
                case CircuitState.HalfOpen when _probes == ProbeLimit:
                    retryAfter = TimeSpan.FromSeconds(1);
                    return false;
                case CircuitState.HalfOpen:
                    _probes++;
                    return true;
                default:
                    return true;
            }
        }
    }

    private CircuitState? Count(HandlerOutcome outcome, bool isCounted, bool mayOpen)
    {
        var state = State;
        switch (outcome)
        {
            case HandlerOutcome.Neutral when state == CircuitState.HalfOpen && isCounted:
                _probes--;
                return null;
            case HandlerOutcome.Success when state == CircuitState.HalfOpen:
                return Become(CircuitState.Closed);
            case HandlerOutcome.Success:
                _failures = 0;
                return null;
            case HandlerOutcome.Failure when state == CircuitState.HalfOpen || (++_failures >= FailureLimit && mayOpen):
                return BecomeOpen();
            default:
                return null;
        }
    }

    private CircuitState BecomeOpen()
    {
        _openedAt = clock.GetTimestamp();
        Interlocked.Increment(ref _timesOpened);
        return Become(CircuitState.Open);
    }

    private CircuitState Become(CircuitState state)
    {
        _failures = 0;
        _probes = 0;
        _version = ((_version & ~3) + 4) | (int)state;
        return state;
    }
}
