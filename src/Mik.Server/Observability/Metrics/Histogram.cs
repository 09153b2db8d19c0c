namespace Mik.Server.Observability.Metrics;

/// <summary>Counts observations in buckets, without a lock and without allocating. Values are whole units (ticks, bytes), so that sums stay exact.</summary>
internal sealed class Histogram
{
    private readonly Scale _scale;
    private readonly long[] _counts;
    private long _sum;

    /// <summary>An empty histogram.</summary>
    public Histogram(Scale scale)
    {
        _scale = scale;
        _counts = new long[scale.UpperBounds.Length + 1];
    }

    /// <summary>Counts a duration. The scale must be one of time.</summary>
    public void Record(TimeSpan duration) => Record(duration.Ticks);

    /// <summary>Counts a value in the scale's unit.</summary>
    public void Record(long value)
    {
        var bounds = _scale.UpperBounds;
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sum, value);
    }

    /// <summary>
    /// The buckets as Prometheus has them: upper bound and observations at or below it, the last without bound; then the sum.
    /// The number of all observations is the last bucket's, so the two never differ.
    /// </summary>
    public ((double UpperBound, long Count)[] Buckets, double Sum) Read()
    {
        var buckets = new (double, long)[_counts.Length];
        var total = 0L;
        for (var index = 0; index < buckets.Length; index++)
        {
            total += Interlocked.Read(ref _counts[index]);
            buckets[index] = (index < _scale.UpperBounds.Length ? _scale.UpperBounds[index] / _scale.UnitsPerBase : double.PositiveInfinity, total);
        }

        return (buckets, Interlocked.Read(ref _sum) / _scale.UnitsPerBase);
    }

    /// <summary>Upper bounds of buckets in whole units, and how many units make one of the base unit that is shown.</summary>
    internal sealed record Scale(long[] UpperBounds, double UnitsPerBase)
    {
        /// <summary>Requests: 0.1 ms to 30 s, shown in seconds.</summary>
        public static Scale RequestSeconds { get; } = Seconds(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);

        /// <summary>Making an instance: 5 µs to 1 s, shown in seconds.</summary>
        public static Scale InstanceSeconds { get; } = Seconds(
            0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1, 1);

        /// <summary>Loading a module: 1 ms to 1 min, shown in seconds.</summary>
        public static Scale LoadSeconds { get; } = Seconds(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

        /// <summary>Memory of a guest: 64 KiB to 4 GiB.</summary>
        public static Scale MemoryBytes { get; } = new([1L << 16, 1L << 18, 1L << 20, 1L << 22, 1L << 24, 1L << 26, 1L << 28, 1L << 30, 1L << 32], 1);

        private static Scale Seconds(params double[] bounds) =>
            new([.. bounds.Select(bound => (long)Math.Round(bound * TimeSpan.TicksPerSecond))], TimeSpan.TicksPerSecond);
    }
}
