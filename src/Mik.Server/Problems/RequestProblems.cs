using System.Globalization;
using Mik.Server.Limits;

namespace Mik.Server.Problems;

/// <summary>Problems that modules and scripts have alike.</summary>
internal static class RequestProblems
{
    /// <summary>The client went away.</summary>
    public static Problem ClientGone => new(ProblemKind.ClientGone, "The client went away.");

    /// <summary>The server ends, and waits no longer.</summary>
    public static Problem ServerStopped => new(ProblemKind.ShuttingDown, "The server stopped before the request had its answer.");

    /// <summary>The body is above the limit.</summary>
    public static Problem BodyTooLarge(long limit) =>
        new(ProblemKind.PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The request body is above the limit of {limit} bytes."));

    /// <summary>The deadline passed.</summary>
    /// <param name="what">What took too long, as the begin of a sentence.</param>
    /// <param name="limit">The deadline.</param>
    /// <param name="outcome">What it says about the health of what ran.</param>
    public static Problem Late(string what, TimeSpan limit, HandlerOutcome outcome) =>
        new(
            ProblemKind.Timeout,
            string.Create(CultureInfo.InvariantCulture, $"{what} took longer than its deadline of {limit.TotalSeconds:0.###} seconds."))
        { Outcome = outcome };
}
