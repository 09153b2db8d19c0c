namespace Mik.Server.Observability;

/// <summary>
/// How much of what a module's or script's requests print the log takes within a second. What is beyond that is left out, and told in one line when the
/// second is over. Used by any thread.
/// </summary>
/// <param name="clock">Time.</param>
/// <param name="tell">Takes how many bytes were left out, and of how many a second.</param>
internal sealed class ModuleOutput(TimeProvider clock, Action<long, long> tell)
{
    private static readonly TimeSpan SumInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long _ticksPerSecond = clock.TimestampFrequency;
    private long _second = -1;
    private long _taken;
    private long _leftOut;
    private long _limit;
    private ITimer? _timer;

    /// <summary>Whether nothing more is taken in this second.</summary>
    public bool IsFull(long limit) => Volatile.Read(ref _taken) >= limit && Volatile.Read(ref _second) == Now;

    /// <summary>Whether the log takes so much more.</summary>
    public bool TryTake(long cost, long limit)
    {
        lock (_gate)
        {
            var now = Now;
            if (_second != now)
            {
                _second = now;
                _taken = 0;
            }

            if (_taken + cost <= limit)
            {
                _taken += cost;
                return true;
            }

            _taken = limit;
        }

        LeaveOut(cost, limit);
        return false;
    }

    /// <summary>Counts what was left out.</summary>
    public void LeaveOut(long bytes, long limit)
    {
        lock (_gate)
        {
            _limit = limit;
            _leftOut += bytes;
            _timer ??= clock.CreateTimer(static output => ((ModuleOutput)output!).Sum(), this, SumInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private long Now => clock.GetTimestamp() / _ticksPerSecond;

    private void Sum()
    {
        long leftOut;
        lock (_gate)
        {
            leftOut = _leftOut;
            _leftOut = 0;
            _timer?.Dispose();
            _timer = null;
        }

        tell(leftOut, _limit);
    }
}
