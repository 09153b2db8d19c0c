using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Scripting.Diagnostics;
using Mik.Scripting.Execution;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Requests;
using Mik.Wasi;

namespace Mik.Server.Scripts;

/// <summary>The world that a script reaches during one request.</summary>
internal sealed class ScriptHost(
    RequestContext request, ScriptState script, ScriptConsole console, HostCalls calls, ScriptFetches fetches, ScriptMetrics metrics, ILogger log) : IScriptHost
{
    private readonly OutgoingShare _outgoing = new();
    private RefusedCalls? _refused;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Environment => script.Environment;

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
    public Task<HandlerAnswer> FetchAsync(FetchCall call, CancellationToken cancellationToken) =>
        fetches.RunAsync(request, call, _outgoing, _refused ??= new RefusedCalls(metrics.OutgoingRefused, script.Name, request.Id, log), cancellationToken);

    /// <inheritdoc/>
    public void Unhandled(ScriptFailure failure) => Events.ScriptRejection(log, failure.Summary, script.Name, request.Id, failure.Explanation);

    /// <inheritdoc/>
    public void NotCalled(string handler) => Events.HandlerNotCalled(log, handler, script.Name, request.Id);

    /// <inheritdoc/>
    public void HeapUsed(TimeSpan taking, TimeSpan running, TimeSpan returning) => metrics.Used(taking, running, returning);

    /// <inheritdoc/>
    public void BeginWait() => GuestThreads.BeginWait();

    /// <inheritdoc/>
    public void EndWait() => GuestThreads.EndWait();
}
