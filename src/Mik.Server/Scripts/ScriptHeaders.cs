namespace Mik.Server.Scripts;

/// <summary>Which header fields pass between scripts, handlers and clients.</summary>
internal static class ScriptHeaders
{
    private static readonly string[] Connection = ["connection", "transfer-encoding", "keep-alive", "upgrade", "proxy-connection", "te", "trailer", "content-length"];
    private static readonly string[] OfTheServer = ["x-request-id", "traceparent", "tracestate", "x-mik-handler", "x-mik-duration-ms"];

    /// <summary>Fields about a connection or about how a body is sent (RFC 9110, 7.6.1), which are not a script's to set.</summary>
    public static bool BelongToConnection(string name) => Connection.Contains(name, StringComparer.OrdinalIgnoreCase) || !IsToken(name);

    /// <summary>Fields that the server puts on every response itself.</summary>
    public static bool BelongToServer(string name) => OfTheServer.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>A value without what may not stand in a field: line breaks and other control characters.</summary>
    public static string Safe(string value) => value.Any(IsUnsafe) ? string.Concat(value.Where(character => !IsUnsafe(character))) : value;

    private static bool IsUnsafe(char character) => (char.IsControl(character) && character != '\t') || character > 0xff;

    private static bool IsToken(string name) => name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal));
}
