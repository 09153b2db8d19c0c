using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Mik.AspNetCore.Bodies;

/// <summary>What the server says of a request body that does not come as it should.</summary>
internal static class BodyFaults
{
    /// <summary>
    /// What the client did wrong, or null for whatever else an exception is about. Of a NUL in a trailer Kestrel tells in another way than of the rest.
    /// </summary>
    public static IOException? Of(Exception exception) => exception as IOException
        ?? (exception is InvalidOperationException && exception.Message.StartsWith("Null characters", StringComparison.Ordinal)
            ? new BadHttpRequestException("a field of its trailers has a control character in it") : null);

    /// <summary>Whether the client went away within its body. Kestrel has closed the connection by then, but may not have said so.</summary>
    public static bool IsCutOff(IOException exception) =>
        exception is ConnectionResetException || exception.Message.StartsWith("Unexpected end of request content", StringComparison.Ordinal);
}
