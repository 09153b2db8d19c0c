namespace Mik.AspNetCore.Threads;

/// <summary>How long the guests of one module have run lately, waits included: a moving average, in which the last few dozen runs count.</summary>
internal sealed class RunTimeAverage
{
    /// <summary>Guests that run for less than this on average are quick: handing them to another thread would cost as much as they do.</summary>
    public static readonly TimeSpan QuickLimit = TimeSpan.FromMilliseconds(1);

    private const int Weight = 16;

    // A busy machine may put a thread aside for so long, and that says nothing of the guest: up to here a run counts for a few milliseconds at most.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(50);
    private static readonly long MostTicksOfATurn = 4 * QuickLimit.Ticks;

    // One that nobody knows yet is not quick: its first runs are compiled.
    private long _averageTicks = 2 * QuickLimit.Ticks;

    // How long the first runs are waited for.
    private static readonly TimeSpan FirstRuns = TimeSpan.FromSeconds(1);

    private int _longRuns;
    private long _firstStart;
    private bool _isKnown;

    /// <summary>Whether the next guest will be done soon, as far as the last ones tell, and those that run now.</summary>
    public bool IsQuick => Volatile.Read(ref _averageTicks) < QuickLimit.Ticks && Volatile.Read(ref _longRuns) == 0;

    /// <summary>
    /// Whether the first guests of the module began a moment ago and none has ended: what they run is compiled while they do, for all, and more of them
    /// would only wait for that.
    /// </summary>
    public bool IsBeginning => !Volatile.Read(ref _isKnown) && Environment.TickCount64 - Volatile.Read(ref _firstStart) < FirstRuns.TotalMilliseconds;

    /// <summary>A guest begins to run.</summary>
    public void Begin()
    {
        if (Volatile.Read(ref _firstStart) == 0)
        {
            Volatile.Write(ref _firstStart, Environment.TickCount64);
        }
    }

    /// <summary>A guest that was thought quick is not. Until it ends, no other of the module is thought so.</summary>
    public void BeginLongRun() => Interlocked.Increment(ref _longRuns);

    /// <summary>Such a guest has ended.</summary>
    public void EndLongRun() => Interlocked.Decrement(ref _longRuns);

    /// <summary>A guest ran. Of two that end at the same time one may be lost.</summary>
    public void Record(TimeSpan took)
    {
        var average = Volatile.Read(ref _averageTicks);
        var ticks = took < LongestTurn ? Math.Min(took.Ticks, MostTicksOfATurn) : took.Ticks;
        Volatile.Write(ref _isKnown, true);
        Volatile.Write(ref _averageTicks, average + ((ticks - average) / Weight));
    }
}
