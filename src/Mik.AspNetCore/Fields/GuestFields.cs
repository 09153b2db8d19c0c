using System.Collections;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mik.AspNetCore.Fields;

/// <summary>Fields of a request as guests get them: names in lower case, values as bytes. Made when the guest first asks for them.</summary>
internal sealed class GuestFields(IHeaderDictionary headers, FieldEncoding encoding) : IReadOnlyList<KeyValuePair<string, byte[]>>
{
    // What most requests carry; the rest is made as it comes.
    private static readonly FrozenDictionary<string, string> LowerCaseNames = new[]
    {
        HeaderNames.Accept, HeaderNames.AcceptEncoding, HeaderNames.AcceptLanguage, HeaderNames.Authorization, HeaderNames.CacheControl, HeaderNames.Connection,
        HeaderNames.ContentEncoding, HeaderNames.ContentLength, HeaderNames.ContentType, HeaderNames.Cookie, HeaderNames.Host, HeaderNames.IfModifiedSince,
        HeaderNames.IfNoneMatch, HeaderNames.KeepAlive, HeaderNames.Origin, HeaderNames.Pragma, HeaderNames.Range, HeaderNames.Referer, HeaderNames.TE,
        HeaderNames.TraceParent, HeaderNames.TraceState, HeaderNames.TransferEncoding, HeaderNames.UpgradeInsecureRequests, HeaderNames.UserAgent,
        "DNT", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-ID",
    }.ToFrozenDictionary(name => name, name => name.ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    private List<KeyValuePair<string, byte[]>>? _fields;

    /// <inheritdoc/>
    public int Count => Fields.Count;

    /// <inheritdoc/>
    public KeyValuePair<string, byte[]> this[int index] => Fields[index];

    private List<KeyValuePair<string, byte[]>> Fields => _fields ??= Read();

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, byte[]>> GetEnumerator() => Fields.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<KeyValuePair<string, byte[]>> Read()
    {
        var fields = new List<KeyValuePair<string, byte[]>>(headers.Count);
        foreach (var (name, values) in headers)
        {
            var lower = LowerCaseNames.TryGetValue(name, out var known) ? known : name.ToLowerInvariant();
            foreach (var value in values)
            {
                fields.Add(new(lower, string.IsNullOrEmpty(value) ? [] : encoding.BytesOf(name, value)));
            }
        }

        return fields;
    }
}
