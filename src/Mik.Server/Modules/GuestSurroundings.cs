using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Options;
using Mik.Server.Requests;
using Mik.Wasi;

namespace Mik.Server.Modules;

/// <summary>Where the lines go that the guest of a request prints, and what its outgoing requests carry.</summary>
internal sealed class GuestSurroundings(
    RequestContext request, ModuleState module, OutputLimits limits, ModuleMetrics metrics, ILogger log) : IGuestSurroundings
{
    private readonly string _module = module.Config.Name;
    private RequestOutput _output = new(module.Output, limits);
    private RefusedCalls? _refused;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> PropagatedHeaders => CallDepth.AddTo(request.Trace.Headers(), request.Depth);

    /// <inheritdoc/>
    public bool TakesOutput => _output.TakesMore;

    /// <inheritdoc/>
    public void Output(string line)
    {
        if (log.IsEnabled(LogLevel.Information) && _output.TryTake(line))
        {
            Events.GuestOutput(log, line, _module, request.Id);
        }
    }

    /// <inheritdoc/>
    public void Error(string line)
    {
        if (log.IsEnabled(LogLevel.Warning) && _output.TryTake(line))
        {
            Events.GuestError(log, line, _module, request.Id);
        }
    }

    /// <inheritdoc/>
    public void LeaveOut(long bytes) => _output.LeaveOut(bytes);

    /// <inheritdoc/>
    public void OutgoingRefused(EgressRefusal refusal)
    {
        Interlocked.CompareExchange(ref _refused, new RefusedCalls(metrics.OutgoingRefused, _module, request.Id, log), null);
        _refused.Tell(refusal);
    }

    /// <inheritdoc/>
    public void OutgoingTrailersLeftOut(string host) => Events.OutgoingTrailersLeftOut(log, host, _module, request.Id);

    /// <inheritdoc/>
    public void BeginWait() => GuestThreads.BeginWait();

    /// <inheritdoc/>
    public void EndWait() => GuestThreads.EndWait();

    /// <summary>The guest has ended: says what was left out.</summary>
    public void End()
    {
        if (_output.LeftOut > 0)
        {
            Events.RequestOutputLeftOut(log, _output.LeftOut, limits.BytesPerRequest >> 10, _module, request.Id);
        }
    }
}
