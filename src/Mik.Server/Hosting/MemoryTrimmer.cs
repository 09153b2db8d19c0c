namespace Mik.Server.Hosting;

/// <summary>
/// Gives memory back to the system. The collector keeps what a burst needed until it runs again, which on a quiet server is never: so when the process holds
/// much more than it did at rest, it is made to run. Where little is going on it also moves together what lives, and gives all free memory back; else it runs
/// beside the requests.
/// </summary>
internal sealed class MemoryTrimmer : IDisposable
{
    private const long Excess = 24L << 20;
    private const long CalmBytes = 4L << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly Func<int> _activeRequests;
    private readonly ITimer _timer;
    private long _restingBytes;
    private long _allocatedBytes;
    private long _allocatedAtTrim = -1;
    private long _trimmedAt;

    /// <summary>Begins to look, every few seconds.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="activeRequests">Tells how many requests there are now.</param>
    public MemoryTrimmer(TimeProvider clock, Func<int> activeRequests)
    {
        _clock = clock;
        _activeRequests = activeRequests;
        _restingBytes = Environment.WorkingSet;
        _trimmedAt = clock.GetTimestamp();
        _timer = clock.CreateTimer(static trimmer => ((MemoryTrimmer)trimmer!).Look(), this, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            var allocated = GC.GetTotalAllocatedBytes();
            var isCalm = allocated - _allocatedBytes < CalmBytes;
            _allocatedBytes = allocated;

            // What was looked at once and could not be given back is not looked at again until something has happened.
            if (Environment.WorkingSet < _restingBytes + Excess || (_allocatedAtTrim >= 0 && allocated - _allocatedAtTrim < CalmBytes)
                || _clock.GetElapsedTime(_trimmedAt) < LeastPause)
            {
                return;
            }

            if (isCalm)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
            else
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            }

            _trimmedAt = _clock.GetTimestamp();
            if (isCalm)
            {
                _allocatedAtTrim = GC.GetTotalAllocatedBytes();
                if (_activeRequests() == 0)
                {
                    _restingBytes = Environment.WorkingSet;
                }
            }
        }
        finally
        {
            _gate.Exit();
        }
    }
}
