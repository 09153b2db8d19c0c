using Mik.Wasi;
using Mik.Wasi.Http;

namespace Mik.Server.Observability.Metrics;

/// <summary>What is counted of one module's loads, instances and guests, by whatever route they were asked for. Recording allocates nothing.</summary>
internal sealed class ModuleMetrics(string module, Instruments instruments) : IGuestObserver
{
    private static readonly string[] RefusalWords = ["not-allowed", "address-not-allowed", "invalid-request", "too-many-requests"];

    private readonly long[] _outgoingRefusals = new long[RefusalWords.Length];
    private long _live;
    private long _cacheHits;
    private long _cacheMisses;
    private long _releaseTicks;
    private long _loadFailures;
    private long _hostTicks;

    /// <summary>The module's name as in <c>X-Mik-Handler</c>.</summary>
    public string Module { get; } = module;

    /// <summary>Instances that exist now.</summary>
    public long LiveInstances => Interlocked.Read(ref _live);

    /// <summary>Time to have an instance.</summary>
    public Histogram Instantiation { get; } = new(Histogram.Scale.InstanceSeconds);

    /// <summary>Time that guests ran, waits included.</summary>
    public Histogram Guest { get; } = new(Histogram.Scale.RequestSeconds);

    /// <summary>Linear memory of guests at their end.</summary>
    public Histogram Memory { get; } = new(Histogram.Scale.MemoryBytes);

    /// <summary>Time to read, compile and link the module.</summary>
    public Histogram Load { get; } = new(Histogram.Scale.LoadSeconds);

    /// <summary>Requests that found the module compiled.</summary>
    public long CacheHits => Interlocked.Read(ref _cacheHits);

    /// <summary>Requests that had to wait for the module to be loaded.</summary>
    public long CacheMisses => Interlocked.Read(ref _cacheMisses);

    /// <summary>Time spent on freeing or resetting instances.</summary>
    public TimeSpan ReleaseTime => TimeSpan.FromTicks(Interlocked.Read(ref _releaseTicks));

    /// <summary>Time of guests that functions of the host took, when that is counted.</summary>
    public TimeSpan HostTime => TimeSpan.FromTicks(Interlocked.Read(ref _hostTicks));

    /// <summary>Loads that failed.</summary>
    public long LoadFailures => Interlocked.Read(ref _loadFailures);

    /// <summary>Outgoing calls that were refused, by reason.</summary>
    public IEnumerable<(string Reason, long Count)> OutgoingRefusals =>
        from reason in Enumerable.Range(0, RefusalWords.Length)
        let count = Interlocked.Read(ref _outgoingRefusals[reason])
        where count > 0
        select (RefusalWords[reason], count);

    /// <summary>The word for a reason, in labels and in the log.</summary>
    public static string WordOf(EgressRefusalReason reason) => RefusalWords[(int)reason];

    /// <summary>Counts an outgoing call that was refused.</summary>
    public void OutgoingRefused(EgressRefusalReason reason) => Interlocked.Increment(ref _outgoingRefusals[(int)reason]);

    /// <summary>Counts a load.</summary>
    public void Loaded(TimeSpan took)
    {
        Load.Record(took);
        instruments.Loaded(this, took);
    }

    /// <summary>Counts a load that failed.</summary>
    public void LoadFailed() => Interlocked.Increment(ref _loadFailures);

    /// <summary>Counts a request that asked for the compiled module.</summary>
    public void CacheAsked(bool isHit) => Interlocked.Increment(ref isHit ? ref _cacheHits : ref _cacheMisses);

    /// <inheritdoc/>
    public void Instantiated(TimeSpan took)
    {
        Interlocked.Increment(ref _live);
        Instantiation.Record(took);
        instruments.Instantiated(this, took);
    }

    /// <inheritdoc/>
    public void CalledHost(TimeSpan took) => Interlocked.Add(ref _hostTicks, took.Ticks);

    /// <inheritdoc/>
    public void Released(TimeSpan ran, TimeSpan releaseTook, long memoryBytes)
    {
        Interlocked.Decrement(ref _live);
        Interlocked.Add(ref _releaseTicks, releaseTook.Ticks);
        Guest.Record(ran);
        Memory.Record(memoryBytes);
        instruments.Ran(this, ran, memoryBytes);
    }
}
