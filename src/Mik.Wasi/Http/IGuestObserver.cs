namespace Mik.Wasi.Http;

/// <summary>Is told how the instance of one request fares. Called on the guest's thread; must be quick and must not throw.</summary>
public interface IGuestObserver
{
    /// <summary>An instance stands ready: newly made or taken from a pool.</summary>
    /// <param name="took">Time that it took to have it.</param>
    void Instantiated(TimeSpan took);

    /// <summary>How much of the guest's time functions of the host took, when that is counted. Comes before <see cref="Released"/>.</summary>
    /// <param name="took">Time in functions of the host, waits included.</param>
    void CalledHost(TimeSpan took)
    {
    }

    /// <summary>The guest has returned or was ended, and its instance is released. Follows each <see cref="Instantiated"/> once.</summary>
    /// <param name="ran">Time between the instance being ready and the guest's end, waits included.</param>
    /// <param name="releaseTook">Time that it took to free or reset the instance.</param>
    /// <param name="memoryBytes">Linear memory that the guest had at its end.</param>
    void Released(TimeSpan ran, TimeSpan releaseTook, long memoryBytes);
}
