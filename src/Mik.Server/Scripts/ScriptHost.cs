using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Scripting.Diagnostics;
using Mik.Scripting.Execution;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Requests;

namespace Mik.Server.Scripts;

/// <summary>The world that a script reaches during one request.</summary>
internal sealed class ScriptHost(RequestContext request, string script, ScriptConsole console, HostCalls calls, ScriptMetrics metrics, ILogger log) : IScriptHost
{
    /// <inheritdoc/>
    public bool TakesLog => console.TakesMore;

    /// <inheritdoc/>
    public void Log(ScriptLogLevel level, string text) => console.Log(level, text);

    /// <inheritdoc/>
    public void LeaveOut(long bytes) => console.LeaveOut(bytes);

    /// <inheritdoc/>
    public Task<HandlerAnswer> CallAsync(HandlerCall call, bool callerWaits, CancellationToken cancellationToken) =>
        calls.RunAsync(request, script, call, callerWaits, cancellationToken);

    /// <inheritdoc/>
    public void Unhandled(ScriptFailure failure) => Events.ScriptRejection(log, failure.Summary, script, request.Id, failure.Explanation);

    /// <inheritdoc/>
    public void HeapUsed(TimeSpan taking, TimeSpan running, TimeSpan returning) => metrics.Used(taking, running, returning);

    /// <inheritdoc/>
    public void BeginWait() => GuestThreads.BeginWait();

    /// <inheritdoc/>
    public void EndWait() => GuestThreads.EndWait();
}
