using System.Buffers;
using System.Globalization;

namespace Mik.Wasi.Http.Types;

/// <summary>The grammar of names and values (RFC 9110, 5.1 and 5.5; RFC 3986).</summary>
internal static class HttpTokens
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> AuthorityCharacters =
        SearchValues.Create("-._~!$&'()*+,;=:@[]%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether the text is a token: a method or a field name.</summary>
    public static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether the bytes may be a field value: no CR, LF, NUL or other control character but the tab.</summary>
    public static bool IsFieldValue(ReadOnlySpan<byte> value)
    {
        foreach (var octet in value)
        {
            if (octet is < 0x20 and not (byte)'\t' or 0x7F)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Reads the value of <c>content-length</c>: digits and nothing else (RFC 9110, 8.6).</summary>
    public static bool TryParseLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        return !value.ContainsAnyExceptInRange((byte)'0', (byte)'9') && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out length);
    }

    /// <summary>Whether the text is a URI scheme.</summary>
    public static bool IsScheme(string text) => text.Length > 0 && char.IsAsciiLetter(text[0]) && !text.AsSpan().ContainsAnyExcept(SchemeCharacters);

    /// <summary>Whether the text is a host with an optional port.</summary>
    public static bool IsAuthority(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(AuthorityCharacters) && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out _);

    /// <summary>Whether the text may stand as path and query in a request line.</summary>
    public static bool IsPathWithQuery(string text)
    {
        foreach (var character in text)
        {
            if (character is <= ' ' or > '~' or '#')
            {
                return false;
            }
        }
        return true;
    }
}
