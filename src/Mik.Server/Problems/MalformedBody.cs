using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Mik.Server.Problems;

/// <summary>What Kestrel says of a body that breaks the protocol, as a problem.</summary>
internal static class MalformedBody
{
    /// <summary>Whether the client went away within its body. Kestrel has closed the connection by then, but may not have said so.</summary>
    public static bool IsCutOff(IOException exception) => exception is ConnectionResetException || exception.Message.StartsWith("Unexpected end of request content", StringComparison.Ordinal);

    /// <summary>The problem: the status is Kestrel's (400, or 408 for one that comes too slowly).</summary>
    public static Problem Describe(IOException exception) => exception is BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }
        ? new Problem(ProblemKind.InvalidRequest, "The request's body comes too slowly.", StatusCodes.Status408RequestTimeout)
        : new Problem(ProblemKind.InvalidRequest, $"The request's body breaks the protocol: {exception.Message}");
}
