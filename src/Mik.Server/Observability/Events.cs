using Microsoft.Extensions.Logging;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Observability;

/// <summary>Everything that the server writes to the log; one place for event ids and wording.</summary>
internal static partial class Events
{
    private const int LongestText = 1024;

    /// <summary>What the line of a request says.</summary>
    public const string RequestDoneTemplate = "{Method} {Target} {Status} {DurationMs:0.0} ms (module={Module} id={RequestId})";

    /// <summary>What the line of a request that failed says.</summary>
    public const string RequestFailedTemplate = RequestDoneTemplate + " {Problem}: {Detail}";

    /// <summary>The line of a request that has ended. Probes come every few seconds, and are of no interest while they are answered.</summary>
    public static void Request(ILogger log, RequestContext request, Problem? problem)
    {
        var isProbe = request.Route == RouteKind.BuiltIn && request.RawTarget.StartsWith("/health", StringComparison.Ordinal);
        var level = isProbe ? LogLevel.Debug : LogLevel.Information;
        if (!log.IsEnabled(level))
        {
            return;
        }

        var http = request.Http;
        var milliseconds = request.Elapsed.TotalMilliseconds;
        var module = request.HandlerName ?? "-";
        if (problem is { } failure && !isProbe)
        {
            RequestFailed(
                log, Short(http.Request.Method), Short(request.RawTarget), http.Response.StatusCode, milliseconds, module, request.Id,
                ProblemTable.Row(failure.Kind).Slug, Short(failure.Detail));
        }
        else
        {
            RequestDone(
                log, level, Short(http.Request.Method), Short(request.RawTarget), http.Response.StatusCode, milliseconds, module, request.Id);
        }
    }

    // A client sends thousands of requests a second, of which each may have a target of 8 KB: together they would push all other lines out of the log.
    private static string Short(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "…");

    /// <summary>A guest wrote a line to stdout.</summary>
    [LoggerMessage(OutputEvents.GuestOutput, LogLevel.Information, "{Line} (module={Module} id={RequestId})")]
    public static partial void GuestOutput(ILogger log, string line, string module, string requestId);

    /// <summary>A guest wrote a line to stderr.</summary>
    [LoggerMessage(OutputEvents.GuestError, LogLevel.Warning, "{Line} (module={Module} id={RequestId})")]
    public static partial void GuestError(ILogger log, string line, string module, string requestId);

    /// <summary>Output of a request was left out.</summary>
    [LoggerMessage(36, LogLevel.Warning, "{Bytes} more bytes of output are left out: of one request {LimitKb} KB are logged (log_max_request_kb) "
        + "(module={Module} id={RequestId})")]
    public static partial void RequestOutputLeftOut(ILogger log, long bytes, long limitKb, string module, string requestId);

    /// <summary>Output of a module or script was left out.</summary>
    [LoggerMessage(37, LogLevel.Warning, "{Bytes} more bytes of output are left out: of one module {LimitKb} KB are logged within a second "
        + "(log_max_module_kb) (module={Module})")]
    public static partial void ModuleOutputLeftOut(ILogger log, long bytes, long limitKb, string module);

    /// <summary>A guest answered, but not as it should.</summary>
    [LoggerMessage(41, LogLevel.Warning, "{What} (module={Module} id={RequestId})")]
    public static partial void HandlerWarning(ILogger log, string what, string module, string requestId);

    /// <summary>A guest trapped.</summary>
    [LoggerMessage(5, LogLevel.Error, "trap: {Trap} (module={Module} id={RequestId})\n{Stack}")]
    public static partial void GuestTrapped(ILogger log, string trap, string module, string requestId, string stack);

    /// <summary>A guest or script was refused what would have been beyond a limit of its request.</summary>
    [LoggerMessage(46, LogLevel.Warning, "limit reached: {Refusal} (module={Module} id={RequestId})")]
    public static partial void LimitReached(ILogger log, string refusal, string module, string requestId);

    /// <summary>The client went away before the response ended.</summary>
    [LoggerMessage(6, LogLevel.Information, "client went away (module={Module} id={RequestId})")]
    public static partial void ClientGone(ILogger log, string module, string requestId);

    /// <summary>The server itself failed.</summary>
    [LoggerMessage(7, LogLevel.Error, "the server failed (id={RequestId})")]
    public static partial void ServerFault(ILogger log, string requestId, Exception exception);

    /// <summary>A module was loaded.</summary>
    [LoggerMessage(8, LogLevel.Debug, "loaded in {DurationMs:0} ms (module={Module})")]
    public static partial void ModuleLoaded(ILogger log, string module, double durationMs);

    /// <summary>The folder of compiled code is not used.</summary>
    [LoggerMessage(60, LogLevel.Warning, "compiled code is neither kept nor used, since another user could have put it there: {Reason}; modules are "
        + "compiled at each start")]
    public static partial void CodeFolderNotTrusted(ILogger log, string reason);

    /// <summary>A module cannot be loaded.</summary>
    [LoggerMessage(10, LogLevel.Error, "cannot be served: {Reason} (module={Module} file={Path})")]
    public static partial void ModuleNotLoaded(ILogger log, string module, string path, string reason);

    /// <summary>A module's file changed and the new one is served.</summary>
    [LoggerMessage(11, LogLevel.Information, "reloaded in {DurationMs:0} ms (module={Module})")]
    public static partial void ModuleReplaced(ILogger log, string module, double durationMs);

    /// <summary>A module's file changed and the new one cannot be served.</summary>
    [LoggerMessage(12, LogLevel.Error, "the changed file cannot be served, the old one goes on: {Reason} (module={Module} file={Path})")]
    public static partial void ModuleNotReplaced(ILogger log, string module, string path, string reason);

    /// <summary>A file in a folder of modules is not served.</summary>
    [LoggerMessage(13, LogLevel.Warning, "not served: {Path}: {Reason}")]
    public static partial void ModuleIgnored(ILogger log, string path, string reason);

    /// <summary>A circuit opened.</summary>
    [LoggerMessage(14, LogLevel.Warning, "circuit opened: requests are refused for a while, since the last ones all failed (module={Module})")]
    public static partial void CircuitOpened(ILogger log, string module);

    /// <summary>A circuit closed.</summary>
    [LoggerMessage(15, LogLevel.Information, "circuit closed (module={Module})")]
    public static partial void CircuitClosed(ILogger log, string module);

    /// <summary>A circuit opened for one client.</summary>
    [LoggerMessage(27, LogLevel.Warning, "circuit opened for {Client} alone: its last requests all failed, those of others did not (module={Module})")]
    public static partial void CircuitOpenedFor(ILogger log, string client, string module);

    /// <summary>A circuit closed for one client.</summary>
    [LoggerMessage(28, LogLevel.Information, "circuit closed for {Client} (module={Module})")]
    public static partial void CircuitClosedFor(ILogger log, string client, string module);

    /// <summary>The certificate's files changed, and the new one is in use.</summary>
    [LoggerMessage(16, LogLevel.Information, "certificate {Path} read again, valid until {Until:u}")]
    public static partial void CertificateReplaced(ILogger log, string path, DateTime until);

    /// <summary>The certificate's files changed and cannot be used.</summary>
    [LoggerMessage(17, LogLevel.Error, "the changed certificate cannot be used, the old one goes on: {Reason}")]
    public static partial void CertificateNotReplaced(ILogger log, string reason);

    /// <summary>The certificate is no longer valid.</summary>
    [LoggerMessage(18, LogLevel.Warning, "certificate {Path} expired at {Until:u}; clients will refuse it")]
    public static partial void CertificateExpired(ILogger log, string path, DateTime until);

    /// <summary>Files changed, and what they hold now is served.</summary>
    [LoggerMessage(19, LogLevel.Information, "changes are served: {Paths}")]
    public static partial void ChangesServed(ILogger log, string paths);

    /// <summary>The configuration changed and holds.</summary>
    [LoggerMessage(20, LogLevel.Information, "{Path} read again")]
    public static partial void OptionsReplaced(ILogger log, string path);

    /// <summary>The configuration changed and cannot be used.</summary>
    [LoggerMessage(21, LogLevel.Error, "the changed {Path} cannot be used, the old settings go on: {Reason}")]
    public static partial void OptionsNotReplaced(ILogger log, string path, string reason);

    /// <summary>Some settings hold from the next start on only.</summary>
    [LoggerMessage(22, LogLevel.Warning, "restart the server for the change of: {Settings}")]
    public static partial void NeedsRestart(ILogger log, string settings);

    /// <summary>Files cannot be watched, or a change of them could not be taken.</summary>
    [LoggerMessage(23, LogLevel.Warning, "watching files: {Reason}; changed modules are still noticed within a second")]
    public static partial void WatchFailed(ILogger log, string reason);

    /// <summary>Requests were turned away without a line of their own.</summary>
    [LoggerMessage(24, LogLevel.Warning, "{Count} more requests were refused within a second: {Problem}: {Detail} (module={Module})")]
    public static partial void RequestsRefused(ILogger log, long count, string problem, string detail, string module);

    /// <summary>What a client sent is no request.</summary>
    [LoggerMessage(25, LogLevel.Warning, "{Status} (id={RequestId}) {Problem}: {Detail}")]
    public static partial void RequestRejected(ILogger log, int status, string requestId, string problem, string detail);

    /// <summary>A file in a folder of modules is a component without a handler.</summary>
    [LoggerMessage(26, LogLevel.Information, "not served: {Reason} (module={Module} file={Path})")]
    public static partial void ModuleIsLibrary(ILogger log, string module, string path, string reason);

    /// <summary>An outgoing call of a guest was refused, and an entry would allow it.</summary>
    [LoggerMessage(40, LogLevel.Warning, "outgoing call to {Host} refused: {Detail}; to allow it, add \"{Entry}\" to http_allowed ({Reason} "
        + "module={Module} id={RequestId})")]
    public static partial void OutgoingRefused(ILogger log, string host, string detail, string entry, string reason, string module, string requestId);

    /// <summary>An outgoing call of a guest was refused, whatever the entries say.</summary>
    [LoggerMessage(41, LogLevel.Warning, "outgoing call to {Host} refused: {Detail} ({Reason} module={Module} id={RequestId})")]
    public static partial void OutgoingRefused(ILogger log, string host, string detail, string reason, string module, string requestId);

    /// <summary>A request had many of its outgoing calls refused.</summary>
    [LoggerMessage(42, LogLevel.Warning, "more outgoing calls refused, which are only counted from here on (module={Module} id={RequestId})")]
    public static partial void MoreOutgoingRefused(ILogger log, string module, string requestId);

    /// <summary>A guest gave trailers to a request that cannot have them.</summary>
    [LoggerMessage(43, LogLevel.Warning, "trailers of an outgoing request to {Host} were left out: they go over HTTP/1.1 without content-length only; "
        + "said once (module={Module} id={RequestId})")]
    public static partial void OutgoingTrailersLeftOut(ILogger log, string host, string module, string requestId);

    /// <summary>Traces did not reach their collector.</summary>
    [LoggerMessage(9, LogLevel.Warning, "traces cannot be sent to {Endpoint}: {Reason}")]
    public static partial void TracesNotSent(ILogger log, Uri endpoint, string reason);

    /// <summary>A script wrote a line to its console.</summary>
    [LoggerMessage(EventId = OutputEvents.ScriptOutput, Message = "{Line} (script={Script} id={RequestId})")]
    public static partial void ScriptOutput(ILogger log, LogLevel level, string line, string script, string requestId);

    /// <summary>A script did not catch an error.</summary>
    [LoggerMessage(31, LogLevel.Error, "{Message} (script={Script} id={RequestId})\n{Stack}")]
    public static partial void ScriptFailed(ILogger log, string message, string script, string requestId, string stack);

    /// <summary>A script's call of a handler has ended.</summary>
    [LoggerMessage(32, LogLevel.Debug, "host.call {Handler} {Method} {Path} {Result} {DurationMs:0.0} ms (call={Call} script={Script} id={RequestId})")]
    public static partial void HandlerCalled(
        ILogger log, string handler, string method, string path, string result, double durationMs, int call, string script, string requestId);

    /// <summary>A script calls a handler.</summary>
    [LoggerMessage(34, LogLevel.Debug, "host.call {Handler} {Method} {Path} starts (call={Call} script={Script} id={RequestId})")]
    public static partial void HandlerCallStarts(ILogger log, string handler, string method, string path, int call, string script, string requestId);

    /// <summary>A promise of a script was rejected, and the script did not look at it.</summary>
    [LoggerMessage(35, LogLevel.Warning, "nobody waited for a promise that was rejected: {Message} (script={Script} id={RequestId})\n{Stack}")]
    public static partial void ScriptRejection(ILogger log, string message, string script, string requestId, string stack);

    /// <summary>A script answered before a call of its own had begun.</summary>
    [LoggerMessage(47, LogLevel.Warning, "'{Handler}' was not called: the script answered without waiting for it; is there an await missing? (script={Script} id={RequestId})")]
    public static partial void HandlerNotCalled(ILogger log, string handler, string script, string requestId);

    /// <summary>Two files have the name of one script.</summary>
    [LoggerMessage(37, LogLevel.Warning, "{Newer} is served; {Older} beside it is older and is not")]
    public static partial void ScriptOlder(ILogger log, string newer, string older);

    /// <summary>A file beside the scripts looks like one.</summary>
    [LoggerMessage(48, LogLevel.Warning, "{File} is not served: the names of scripts end with .js or .ts")]
    public static partial void ScriptStranger(ILogger log, string file);

    /// <summary>A tenant has scripts, and a module of the name under which they are served.</summary>
    [LoggerMessage(29, LogLevel.Warning, "tenant {Tenant} has scripts, which are served at /tenant/{Tenant}/script/: its module script.wasm is not "
        + "reachable; another name makes it so")]
    public static partial void TenantModuleHidden(ILogger log, string tenant);

    /// <summary>A script was loaded.</summary>
    [LoggerMessage(33, LogLevel.Debug, "loaded in {DurationMs:0} ms (script={Script})")]
    public static partial void ScriptLoaded(ILogger log, string script, double durationMs);

    [LoggerMessage(EventId = 1, Message = RequestDoneTemplate, SkipEnabledCheck = true)]
    private static partial void RequestDone(
        ILogger log, LogLevel level, string method, string target, int status, double durationMs, string module, string requestId);

    [LoggerMessage(2, LogLevel.Warning, RequestFailedTemplate)]
    private static partial void RequestFailed(
        ILogger log, string method, string target, int status, double durationMs, string module, string requestId, string problem, string detail);
}
