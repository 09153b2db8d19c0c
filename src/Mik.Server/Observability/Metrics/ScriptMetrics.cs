namespace Mik.Server.Observability.Metrics;

/// <summary>What is counted of one script's heaps. Recording allocates nothing.</summary>
internal sealed class ScriptMetrics(string script)
{
    private long _returningTicks;

    /// <summary>The script's name.</summary>
    public string Script { get; } = script;

    /// <summary>Time to have a fresh heap.</summary>
    public Histogram Taking { get; } = new(Histogram.Scale.InstanceSeconds);

    /// <summary>Time that the script ran, waits included.</summary>
    public Histogram Running { get; } = new(Histogram.Scale.RequestSeconds);

    /// <summary>Time spent on putting heaps back into their first state.</summary>
    public TimeSpan ReturningTime => TimeSpan.FromTicks(Interlocked.Read(ref _returningTicks));

    /// <summary>Counts a run.</summary>
    public void Used(TimeSpan taking, TimeSpan running, TimeSpan returning)
    {
        Taking.Record(taking);
        Running.Record(running);
        Interlocked.Add(ref _returningTicks, returning.Ticks);
    }
}
