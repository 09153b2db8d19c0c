namespace Mik.AspNetCore.Threads;

/// <summary>How long the guests of one module have run lately, waits included: a moving average, in which the last few dozen runs count.</summary>
internal sealed class RunTimeAverage
{
    /// <summary>Guests that run for less than this on average are quick: handing them to another thread would cost as much as they do.</summary>
    public static readonly TimeSpan QuickLimit = TimeSpan.FromMilliseconds(1);

    private const int Weight = 16;

    // One that nobody knows yet is not quick: its first runs are compiled.
    private long _averageTicks = 2 * QuickLimit.Ticks;

    /// <summary>Whether the next guest will be done soon, as far as the last ones tell.</summary>
    public bool IsQuick => Volatile.Read(ref _averageTicks) < QuickLimit.Ticks;

    /// <summary>A guest ran. Of two that end at the same time one may be lost.</summary>
    public void Record(TimeSpan took)
    {
        var average = Volatile.Read(ref _averageTicks);
        Volatile.Write(ref _averageTicks, average + ((took.Ticks - average) / Weight));
    }
}
