using Mik.Wasi;

namespace Mik.Server.Observability.Metrics;

/// <summary>What is counted of one script's heaps. Recording allocates nothing.</summary>
internal sealed class ScriptMetrics(string script)
{
    private readonly long[] _outgoingRefusals = new long[Enum.GetValues<EgressRefusalReason>().Length];
    private long _returningTicks;

    /// <summary>The script's name.</summary>
    public string Script { get; } = script;

    /// <summary>Time to have a fresh heap.</summary>
    public Histogram Taking { get; } = new(Histogram.Scale.InstanceSeconds);

    /// <summary>Time that the script ran, waits included.</summary>
    public Histogram Running { get; } = new(Histogram.Scale.RequestSeconds);

    /// <summary>Time spent on putting heaps back into their first state.</summary>
    public TimeSpan ReturningTime => TimeSpan.FromTicks(Interlocked.Read(ref _returningTicks));

    /// <summary>Outgoing calls that were refused, by reason.</summary>
    public IEnumerable<(string Reason, long Count)> OutgoingRefusals =>
        from reason in Enum.GetValues<EgressRefusalReason>()
        let count = Interlocked.Read(ref _outgoingRefusals[(int)reason])
        where count > 0
        select (ModuleMetrics.WordOf(reason), count);

    /// <summary>Counts an outgoing call that was refused.</summary>
    public void OutgoingRefused(EgressRefusalReason reason) => Interlocked.Increment(ref _outgoingRefusals[(int)reason]);

    /// <summary>Counts a run.</summary>
    public void Used(TimeSpan taking, TimeSpan running, TimeSpan returning)
    {
        Taking.Record(taking);
        Running.Record(running);
        Interlocked.Add(ref _returningTicks, returning.Ticks);
    }
}
