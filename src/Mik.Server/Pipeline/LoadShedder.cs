using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mik.Server.Limits;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Pipeline;

/// <summary>
/// The short way of requests that would be turned away: right after routing, before anything is made for them. Under a flood of them the
/// processor is for those that were admitted. The first of each second go the long way and are told in full; the others are counted, and
/// the log has their number once a second.
/// </summary>
internal sealed class LoadShedder : IDisposable
{
    private static readonly TimeSpan SumInterval = TimeSpan.FromSeconds(1);

    private readonly AdmissionController _admission;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly ConcurrentQueue<Refusal> _unsummed = new();
    private int _isTimed;

    /// <summary>The short way past a desk. <paramref name="log"/> gets the sums.</summary>
    public LoadShedder(AdmissionController admission, ServerMetrics metrics, TimeProvider clock, ILogger log)
    {
        _admission = admission;
        _metrics = metrics;
        _clock = clock;
        _log = log;
        Pause = new RefusalPause(clock);
        _timer = clock.CreateTimer(static state => ((LoadShedder)state!).Sum(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What an answer of the short way waits for before it is sent.</summary>
    public RefusalPause Pause { get; }

    /// <summary>Answers a request that would be turned away. False when it must go the long way.</summary>
    public bool TryAnswer(HttpContext http, in Route route, ClientAddress client, long startedAt)
    {
        if (route.Kind is RouteKind.Problem or RouteKind.BuiltIn
            || _admission.Refuses(route.Module, client, out var retryAfter) is not { } refusal
            || refusal.TryTell(_clock))
        {
            return false;
        }

        var handler = route.HandlerName;
        var id = RequestId.From(http.Request.Headers[RequestContext.IdField]);
        var headers = http.Response.Headers;
        headers[RequestContext.IdField] = id;
        headers.TraceParent = TraceParent.Continue(http.Request.Headers.TraceParent).ToString();
        refusal.Write(http, id, retryAfter);
        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        if (handler is not null)
        {
            headers[RequestContext.HandlerField] = handler;
            headers[RequestContext.DurationField] = Milliseconds.Format(elapsed);
        }

        _metrics.RequestRefused(route.Kind, handler, refusal.Problem, elapsed);
        Count(refusal);
        return true;
    }

    /// <summary>Counts a request that was turned away elsewhere. True when it is to be told in full.</summary>
    public bool TryTell(Refusal refusal, in Problem problem)
    {
        _metrics.RequestRefused(RouteKind.Problem, null, problem, TimeSpan.Zero);
        if (refusal.TryTell(_clock))
        {
            return true;
        }

        Count(refusal);
        return false;
    }

    /// <summary>Writes the sums that are not in the log yet.</summary>
    public void Sum()
    {
        Volatile.Write(ref _isTimed, 0);

        // What is counted from now on belongs to the next sum.
        for (var left = _unsummed.Count; left > 0 && _unsummed.TryDequeue(out var refusal); left--)
        {
            Events.RequestsRefused(_log, refusal.TakeUntold(), ProblemTable.Row(refusal.Problem.Kind).Slug, refusal.Problem.Detail, refusal.Module ?? "-");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Count(Refusal refusal)
    {
        if (!refusal.CountUntold())
        {
            return;
        }

        _unsummed.Enqueue(refusal);
        if (Interlocked.Exchange(ref _isTimed, 1) == 0)
        {
            _timer.Change(SumInterval, Timeout.InfiniteTimeSpan);
        }
    }
}
