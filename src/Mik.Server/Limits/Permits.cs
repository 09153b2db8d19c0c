namespace Mik.Server.Limits;

/// <summary>A number of requests that may run at once. Nobody waits for a permit: it is there or it is not.</summary>
internal sealed class Permits
{
    private volatile int _maximum;
    private int _taken;

    /// <summary>At most <paramref name="maximum"/> at once.</summary>
    public Permits(int maximum) => _maximum = maximum;

    /// <summary>How many may be taken at once.</summary>
    public int Maximum
    {
        get => _maximum;
        set => _maximum = value;
    }

    /// <summary>Permits given out and not returned yet.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Whether all are taken.</summary>
    public bool IsFull => Volatile.Read(ref _taken) >= _maximum;

    /// <summary>Takes a permit if there is one.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= _maximum)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>Takes a permit even if there is none left.</summary>
    public void TakeAnyway() => Interlocked.Increment(ref _taken);

    /// <summary>Gives a permit back.</summary>
    public void Return() => Interlocked.Decrement(ref _taken);
}
