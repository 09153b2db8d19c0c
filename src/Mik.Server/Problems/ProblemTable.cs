using Mik.Scripting.Execution;
using Mik.Server.Limits;

namespace Mik.Server.Problems;

/// <summary>A row of <see cref="ProblemTable"/>.</summary>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Status">The status of the response.</param>
/// <param name="Slug">Its word, at the end of the document's <c>type</c>, in metrics and in the log.</param>
/// <param name="Title">The document's <c>title</c>.</param>
/// <param name="RetryAfterSeconds"><c>Retry-After</c>; null is none.</param>
/// <param name="ClosesConnection">Whether a connection of HTTP/1.1 ends with it.</param>
/// <param name="Outcome">What it says about the health of a module.</param>
/// <param name="HostCallCode"><c>e.code</c>, when it ends a script's <c>host.call</c>.</param>
internal sealed record ProblemRow(
    ProblemKind Kind,
    int Status,
    string Slug,
    string Title,
    int? RetryAfterSeconds = null,
    bool ClosesConnection = false,
    HandlerOutcome Outcome = HandlerOutcome.Neutral,
    string HostCallCode = HostCallCodes.HandlerError)
{
    /// <summary>The <c>type</c> of the problem document.</summary>
    public string Type { get; } = ProblemTable.TypePrefix + Slug;
}

/// <summary>What every kind of failure looks like to a caller. A new failure is a member of <see cref="ProblemKind"/> and a row here.</summary>
internal static class ProblemTable
{
    /// <summary>What stands before the slug in the <c>type</c> of a problem document.</summary>
    public const string TypePrefix = "urn:mik:error:";

    private static readonly ProblemRow[] Rows =
    [
        new(ProblemKind.NotFound, 404, "not-found", "Not found"),
        new(ProblemKind.ModuleNotFound, 404, "module-not-found", "Module not found", HostCallCode: HostCallCodes.ModuleNotFound),
        new(ProblemKind.ScriptNotFound, 404, "script-not-found", "Script not found"),
        new(ProblemKind.InvalidRequest, 400, "invalid-request", "Invalid request"),
        new(ProblemKind.MethodNotAllowed, 405, "method-not-allowed", "Method not allowed"),
        new(ProblemKind.PreconditionFailed, 412, "precondition-failed", "Precondition failed"),
        new(ProblemKind.RangeNotSatisfiable, 416, "range-not-satisfiable", "Range not satisfiable"),
        new(ProblemKind.ModuleInvalid, 502, "module-invalid", "Module is not a component that can be served"),
        new(ProblemKind.PayloadTooLarge, 413, "payload-too-large", "Request body too large", ClosesConnection: true),
        new(ProblemKind.RateLimited, 429, "rate-limited", "Too many requests for this module", RetryAfterSeconds: 1, HostCallCode: HostCallCodes.RateLimited),
        new(ProblemKind.Overloaded, 503, "overloaded", "Server is at its limit of requests", RetryAfterSeconds: 1, HostCallCode: HostCallCodes.RateLimited),
        new(
            ProblemKind.CircuitOpen, 503, "circuit-open", "Module fails and is left alone for a while", RetryAfterSeconds: 1,
            HostCallCode: HostCallCodes.CircuitOpen),
        new(ProblemKind.Timeout, 504, "timeout", "Deadline passed", Outcome: HandlerOutcome.Failure, HostCallCode: HostCallCodes.Timeout),
        new(ProblemKind.HandlerError, 500, "handler-error", "Handler failed", Outcome: HandlerOutcome.Failure),
        new(ProblemKind.ClientGone, 499, "client-gone", "Client went away"),
        new(ProblemKind.ShuttingDown, 503, "shutting-down", "Server is shutting down", ClosesConnection: true),
        new(ProblemKind.InternalError, 500, "internal-error", "Internal error"),
    ];

    /// <summary>All rows, in the order of <see cref="ProblemKind"/>.</summary>
    public static IReadOnlyList<ProblemRow> All => Rows;

    /// <summary>The row of one kind.</summary>
    public static ProblemRow Row(ProblemKind kind) => Rows[(int)kind];
}
