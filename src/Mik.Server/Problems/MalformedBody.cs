using Microsoft.AspNetCore.Http;

namespace Mik.Server.Problems;

/// <summary>What Kestrel says of a body that breaks the protocol, as a problem.</summary>
internal static class MalformedBody
{
    /// <summary>The problem: the status is Kestrel's (400, or 408 for one that comes too slowly).</summary>
    public static Problem Describe(IOException exception) => (exception is BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }
        ? new Problem(ProblemKind.InvalidRequest, "The request's body comes too slowly.", StatusCodes.Status408RequestTimeout)
        : new Problem(ProblemKind.InvalidRequest, $"The request's body breaks the protocol: {exception.Message}")) with
    {
        HasFaultyFraming = true,
    };
}
