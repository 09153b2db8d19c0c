namespace Mik.AspNetCore.Deadlines;

/// <summary>Why a request was stopped from outside the guest.</summary>
internal enum StopReason
{
    /// <summary>It was not.</summary>
    None,
    /// <summary>Its deadline passed.</summary>
    Deadline,
    /// <summary>The client went away.</summary>
    ClientGone,
    /// <summary>Its body went past the limit.</summary>
    BodyTooLarge,
    /// <summary>Its response could no longer be whole.</summary>
    ResponseBroken,
    /// <summary>The server ends, and waits no longer.</summary>
    ServerStopped,
}
