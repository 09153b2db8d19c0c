using Microsoft.Net.Http.Headers;
using Mik.AspNetCore.Fields;
using Mik.Server.Requests;

namespace Mik.Server.Scripts;

/// <summary>Which header fields pass between scripts, handlers and clients.</summary>
internal static class ScriptHeaders
{
    private static readonly string[] OfTheServer =
        [RequestContext.IdField, HeaderNames.TraceParent, HeaderNames.TraceState, RequestContext.HandlerField, RequestContext.DurationField];

    /// <summary>Fields about a connection or about how a body is sent (RFC 9110, 7.6.1), which are not a script's to set.</summary>
    public static bool BelongToConnection(string name) => ConnectionFields.Includes(name);

    /// <summary>Fields of a request that its host sets.</summary>
    public static bool BelongToHost(string name) => BelongToConnection(name) || name.Equals("host", StringComparison.OrdinalIgnoreCase);

    /// <summary>Fields that the server puts on every response itself.</summary>
    public static bool BelongToServer(string name) => OfTheServer.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>A value as it is sent: without blanks and line breaks around it (Fetch, "normalize").</summary>
    public static string Safe(string value) => value.Trim(' ', '\t', '\r', '\n');

    /// <summary>What is wrong with one of the fields that a script set, or null.</summary>
    public static string? FaultOf(IEnumerable<KeyValuePair<string, string>> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (!FieldRules.IsToken(name))
            {
                return $"'{name}' is no name of a header field";
            }

            if (Safe(value).Any(IsUnsafe))
            {
                return $"the value of the header field '{name}' has characters that cannot stand there: line breaks, control characters, or beyond U+00FF";
            }
        }

        return null;
    }

    private static bool IsUnsafe(char character) =>
        (char.IsControl(character) && character is not '\t' and not (>= '\u0080' and <= '\u009f')) || character > 0xff;
}
