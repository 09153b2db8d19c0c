using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Mik.Wasi.Http;

namespace Mik.AspNetCore.Fields;

/// <summary>Fields on their way between handlers and clients.</summary>
internal static class HandlerFields
{
    // Those about what a message is and how it is sent are of no use after it (RFC 9110, 6.5.1).
    private static readonly HashSet<string> NotInTrailers = new(StringComparer.OrdinalIgnoreCase)
    {
        "content-length", "transfer-encoding", "trailer", "te", "connection", "host", "content-encoding", "content-type", "content-range",
    };

    /// <summary>Adds a value to a field, an empty one too (RFC 9110, 5.5), which the framework's own method leaves out.</summary>
    /// <exception cref="InvalidResponseException">The field cannot be sent.</exception>
    public static void Add(IHeaderDictionary headers, string name, string value)
    {
        try
        {
            headers[name] = StringValues.Concat(headers[name], value);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new InvalidResponseException($"its field '{name}' cannot be sent: {exception.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Whether a field may come after the body.</summary>
    public static bool MayTrail(string name) => !NotInTrailers.Contains(name);
}
