using System.Diagnostics;
using Mik.Wasi.Http;

namespace Mik.Server.Observability.Tracing;

/// <summary>Makes the spans <c>instantiate</c> and <c>handle</c> of one request and tells its metrics as well.</summary>
internal sealed class TracedGuest(IGuestObserver metrics, Activity parent) : IGuestObserver
{
    private Activity? _handle;

    /// <inheritdoc/>
    public void Instantiated(TimeSpan took)
    {
        metrics.Instantiated(took);
        var now = DateTimeOffset.UtcNow;
        using (var instantiate = Spans.Source.StartActivity(Spans.Instantiate, ActivityKind.Internal, parent.Context, startTime: now - took))
        {
            instantiate?.SetEndTime(now.UtcDateTime);
        }

        // It stays the current one of the guest's thread: outgoing calls are below it.
        _handle = Spans.Source.StartActivity(Spans.Handle, ActivityKind.Internal, parent.Context);
    }

    /// <inheritdoc/>
    public void CalledHost(TimeSpan took) => metrics.CalledHost(took);

    /// <inheritdoc/>
    public void Released(TimeSpan ran, TimeSpan releaseTook, long memoryBytes)
    {
        metrics.Released(ran, releaseTook, memoryBytes);
        _handle?.SetTag("mik.guest.memory_bytes", memoryBytes);
        if (_handle is { } handle)
        {
            // Not after now: the clock of the day and that of durations go apart, and the request's span ends by the first.
            var (ended, now) = (handle.StartTimeUtc + ran, DateTime.UtcNow);
            handle.SetEndTime(ended < now ? ended : now);
            handle.Dispose();
        }
    }
}
