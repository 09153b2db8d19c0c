using Mik.AspNetCore.Deadlines;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Execution;

/// <summary>How a request to a guest ended.</summary>
internal enum GuestOutcomeKind
{
    /// <summary>With a whole response.</summary>
    Answered,
    /// <summary>From outside: <see cref="GuestOutcome.Reason"/> says why.</summary>
    Stopped,
    /// <summary>The client broke the protocol within its body: <see cref="GuestOutcome.BodyFault"/> says how.</summary>
    MalformedBody,
    /// <summary>The guest answered with an error code: <see cref="GuestOutcome.Error"/>.</summary>
    ErrorCode,
    /// <summary>Its response cannot be sent: <see cref="GuestOutcome.ResponseFault"/> says why.</summary>
    InvalidResponse,
    /// <summary>The guest failed, or gave no response: <see cref="GuestOutcome.Failure"/>, or null.</summary>
    Failed,
}

/// <summary>What a request to a guest came to. When it did not answer, its response may have begun all the same.</summary>
internal readonly record struct GuestOutcome(GuestOutcomeKind Kind)
{
    /// <summary>Why it was stopped.</summary>
    public StopReason Reason { get; init; }

    /// <summary>Whether the deadline passed because of the guest, and not of a client that sends or takes slowly.</summary>
    public bool HasGuestToBlame { get; init; }

    /// <summary>Whether the guest ran until its deadline, though its response was whole.</summary>
    public bool HasOverrun { get; init; }

    /// <summary>What the server said of the request's body.</summary>
    public IOException? BodyFault { get; init; }

    /// <summary>The guest's own error code.</summary>
    public ErrorCode? Error { get; init; }

    /// <summary>What is wrong with the response, to come after a colon.</summary>
    public string? ResponseFault { get; init; }

    /// <summary>What ended the guest; null when it returned without a response.</summary>
    public Exception? Failure { get; init; }

    /// <summary>The trap of a guest that had answered by then.</summary>
    public Trap? TrapAfterResponse { get; init; }

    /// <summary>What the guest's author should hear of, or null.</summary>
    public string? Warning { get; init; }
}
