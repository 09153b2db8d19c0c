using Microsoft.AspNetCore.Connections;

namespace Mik.AspNetCore.Bodies;

/// <summary>What the server says of a request body that does not come as it should.</summary>
internal static class BodyFaults
{
    /// <summary>Whether the client went away within its body. Kestrel has closed the connection by then, but may not have said so.</summary>
    public static bool IsCutOff(IOException exception) =>
        exception is ConnectionResetException || exception.Message.StartsWith("Unexpected end of request content", StringComparison.Ordinal);
}
