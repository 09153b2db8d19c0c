using Microsoft.Extensions.Logging;
using Mik.Server.Observability;
using Mik.Server.Scripts;
using Mik.Server.Threads;
using Mik.Wasi;

namespace Mik.Server.Handlers;

/// <summary>Where the lines go that the guest of a request prints, and what its outgoing requests carry.</summary>
internal sealed class GuestSurroundings(RequestContext request, string module, ILogger log) : IGuestSurroundings
{
    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> PropagatedHeaders => CallDepth.AddTo(request.Trace.Headers(), request.Depth);

    /// <inheritdoc/>
    public void Output(string line) => Events.GuestOutput(log, line, module, request.Id);

    /// <inheritdoc/>
    public void Error(string line) => Events.GuestError(log, line, module, request.Id);

    /// <inheritdoc/>
    public void BeginWait() => GuestThreads.BeginWait();

    /// <inheritdoc/>
    public void EndWait() => GuestThreads.EndWait();
}
