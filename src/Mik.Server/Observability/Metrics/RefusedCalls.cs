using Microsoft.Extensions.Logging;
using Mik.Wasi;

namespace Mik.Server.Observability.Metrics;

/// <summary>Tells of the outgoing calls of one request that were refused: counts all, logs the first.</summary>
/// <param name="count">Counts one.</param>
/// <param name="handler">Name of the module or script.</param>
/// <param name="requestId">The request.</param>
/// <param name="log">The log.</param>
internal sealed class RefusedCalls(Action<EgressRefusalReason> count, string handler, string requestId, ILogger log)
{
    // A guest may go on asking for what is refused; the log shall not grow with it.
    private const int InLog = 10;
    private const int HostCharacters = 260;

    private int _number;

    /// <summary>Takes one.</summary>
    public void Tell(EgressRefusal refusal)
    {
        count(refusal.Reason);
        var number = Interlocked.Increment(ref _number);
        if (number > InLog)
        {
            if (number == InLog + 1)
            {
                Events.MoreOutgoingRefused(log, handler, requestId);
            }

            return;
        }

        var host = refusal.Host.Length > HostCharacters ? refusal.Host[..HostCharacters] + "…" : refusal.Host;
        var reason = ModuleMetrics.WordOf(refusal.Reason);
        if (refusal.Entry is { } entry)
        {
            Events.OutgoingRefused(log, host, refusal.Detail, entry, reason, handler, requestId);
        }
        else
        {
            Events.OutgoingRefused(log, host, refusal.Detail, reason, handler, requestId);
        }
    }
}
