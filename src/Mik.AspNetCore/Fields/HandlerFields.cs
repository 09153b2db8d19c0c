using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Mik.Wasi.Http;

namespace Mik.AspNetCore.Fields;

/// <summary>Fields on their way between handlers and clients.</summary>
internal static class HandlerFields
{
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
}
