using Mik.Server.Limits;
using Mik.Wasm.Execution;

namespace Mik.Server.Problems;

/// <summary>One failure of one request: its kind, what a caller may know about it, and what differs from the table.</summary>
internal readonly record struct Problem(ProblemKind Kind, string Detail, int? Status = null)
{
    private readonly HandlerOutcome? _outcome;
    private readonly TimeSpan? _retryAfter;

    /// <summary>What there was too much of, when a limit ended the request.</summary>
    public LimitedResource? Limit { get; init; }

    /// <summary>Whether a connection of HTTP/1.1 ends with it: where the request ends is not sure.</summary>
    public bool HasFaultyFraming { get; init; }

    /// <summary>The status that the response carries.</summary>
    public int StatusCode => Status ?? ProblemTable.Row(Kind).Status;

    /// <summary>What it says about the module's health.</summary>
    public HandlerOutcome Outcome
    {
        get => _outcome ?? ProblemTable.Row(Kind).Outcome;
        init => _outcome = value;
    }

    /// <summary>When the client may try again, if that makes sense.</summary>
    public TimeSpan? RetryAfter
    {
        get => _retryAfter ?? (ProblemTable.Row(Kind).RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        init => _retryAfter = value;
    }
}
