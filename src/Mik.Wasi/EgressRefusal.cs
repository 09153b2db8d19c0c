namespace Mik.Wasi;

/// <summary>Why an outgoing request was refused before anything was sent.</summary>
public enum EgressRefusalReason
{
    /// <summary>No entry of <c>http_allowed</c> covers the host.</summary>
    NotAllowed,
    /// <summary>The host is covered, but none of its addresses may be dialled.</summary>
    AddressNotAllowed,
    /// <summary>Method, URL or length are none.</summary>
    InvalidRequest,
    /// <summary>The guest has too many requests under way.</summary>
    TooManyRequests,
}

/// <summary>An outgoing request that was refused.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Host">Whom it was for.</param>
/// <param name="Detail">More about <paramref name="Reason"/>.</param>
/// <param name="Entry">The entry of <c>http_allowed</c> that would allow it; null when none does.</param>
public sealed record EgressRefusal(EgressRefusalReason Reason, string Host, string Detail, string? Entry = null);
