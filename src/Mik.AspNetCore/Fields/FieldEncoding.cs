using System.Text;
using Mik.Wasi.Http;

namespace Mik.AspNetCore.Fields;

/// <summary>
/// How the values of fields, which are bytes for guests, are strings for ASP.NET Core: that is the server's choice, by the names of fields.
/// A selector that gives null has the server's default: UTF-8 for requests, ASCII for responses.
/// </summary>
/// <param name="OfRequest">The selector for requests; null is the default for all.</param>
/// <param name="OfResponse">The selector for responses; null is the default for all.</param>
internal sealed record FieldEncoding(Func<string, Encoding?>? OfRequest, Func<string, Encoding?>? OfResponse)
{
    /// <summary>Each character is one byte, both ways.</summary>
    public static FieldEncoding Latin1 { get; } = new(static _ => Encoding.Latin1, static _ => Encoding.Latin1);

    /// <summary>The bytes that the client sent.</summary>
    public byte[] BytesOf(string name, string value) => (OfRequest?.Invoke(name) ?? Encoding.UTF8).GetBytes(value);

    /// <summary>The string that the server makes of bytes that a client sent.</summary>
    public string RequestTextOf(string name, ReadOnlySpan<byte> value) => (OfRequest?.Invoke(name) ?? Encoding.UTF8).GetString(value);

    /// <summary>The bytes that the server sends for a string.</summary>
    public byte[] ResponseBytesOf(string name, string value) => (OfResponse?.Invoke(name) ?? Encoding.UTF8).GetBytes(value);

    /// <summary>The string that the server sends as these bytes.</summary>
    /// <exception cref="InvalidResponseException">There is none.</exception>
    public string TextOf(string name, ReadOnlySpan<byte> value)
    {
        if (OfResponse?.Invoke(name) is { } encoding)
        {
            return encoding.GetString(value);
        }

        return Ascii.IsValid(value)
            ? Encoding.ASCII.GetString(value)
            : throw new InvalidResponseException(
                $"its field '{name}' has bytes beyond ASCII, which are sent only when KestrelServerOptions.ResponseHeaderEncodingSelector gives an "
                    + $"encoding for it");
    }
}
