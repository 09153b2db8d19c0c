using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Components;
using Mik.AspNetCore.Threads;
using Mik.Wasi;

namespace Mik.AspNetCore.Endpoints;

/// <summary>Where the lines go that the guest of one request prints, up to a limit, and what its outgoing requests carry.</summary>
internal sealed class GuestLog(ILogger log, long limit, Activity? span) : IGuestSurroundings
{
    // What a line takes in most logs beside its text.
    private const int LineBytes = 256;

    private long _taken;
    private long _leftOut;
    private int _refusals;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> PropagatedHeaders => span?.Id is not { } id ? []
        : span.TraceStateString is { } state ? [new("traceparent", id), new("tracestate", state)]
        : [new("traceparent", id)];

    /// <inheritdoc/>
    public bool TakesOutput => _leftOut == 0;

    /// <inheritdoc/>
    public void Output(string line) => Write(LogLevel.Information, line);

    /// <inheritdoc/>
    public void Error(string line) => Write(LogLevel.Warning, line);

    /// <inheritdoc/>
    public void LeaveOut(long bytes) => _leftOut += bytes;

    /// <inheritdoc/>
    public void OutgoingRefused(EgressRefusal refusal)
    {
        // A guest may go on asking; the log shall not grow with it.
        if (Interlocked.Increment(ref _refusals) == 1)
        {
            LogEvents.Refused(log, refusal.Host, refusal.Detail);
        }
    }

    /// <inheritdoc/>
    public void BeginWait() => GuestThreads.BeginWait();

    /// <inheritdoc/>
    public void EndWait() => GuestThreads.EndWait();

    /// <summary>The guest has ended: says what was left out.</summary>
    public void End()
    {
        if (_leftOut > 0)
        {
            LogEvents.LeftOut(log, _leftOut, limit);
        }
    }

    private void Write(LogLevel level, string line)
    {
        if (!log.IsEnabled(level))
        {
            return;
        }

        var cost = LineBytes + line.Length;
        if (_leftOut > 0 || _taken + cost > limit)
        {
            _leftOut += line.Length + 1;
            return;
        }

        _taken += cost;
        LogEvents.Printed(log, level, line);
    }
}
