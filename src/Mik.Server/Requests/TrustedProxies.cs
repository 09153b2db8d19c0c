using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Mik.Server.Limits;
using Mik.Server.Options;

namespace Mik.Server.Requests;

/// <summary>
/// Finds out who asks: the peer of the connection; behind a trusted proxy whom that proxy names last in <c>X-Forwarded-For</c>, and so on while that is
/// a trusted proxy itself. What others write there counts for nothing.
/// </summary>
internal sealed class TrustedProxies
{
    private const string ForwardedFor = "X-Forwarded-For";

    private readonly IReadOnlyList<IPNetwork> _ranges;

    /// <summary>Proxies by their addresses or ranges of them (<c>10.0.0.0/8</c>).</summary>
    /// <exception cref="FormatException">An entry is neither.</exception>
    public TrustedProxies(IReadOnlyList<string> ranges) => _ranges = ProxyRanges.Parse(ranges);

    /// <summary>Who asks.</summary>
    public ClientAddress ClientOf(HttpContext http)
    {
        var peer = http.Features.Get<IHttpConnectionFeature>()?.RemoteIpAddress;
        return ClientAddress.Of(_ranges.Count > 0 && peer is not null && IsTrusted(peer) ? Forwarded(peer, http.Request.Headers[ForwardedFor]) : peer);
    }

    private IPAddress Forwarded(IPAddress proxy, StringValues fields)
    {
        for (var i = fields.Count - 1; i >= 0; i--)
        {
            var left = fields[i].AsSpan();
            while (!left.IsEmpty)
            {
                var comma = left.LastIndexOf(',');
                if (!TryParse(left[(comma + 1)..].Trim(), out var named))
                {
                    // "unknown", or nonsense: whoever wrote it is the last that is known.
                    return proxy;
                }

                proxy = named;
                if (!IsTrusted(proxy))
                {
                    return proxy;
                }

                left = comma < 0 ? default : left[..comma];
            }
        }

        return proxy;
    }

    /// <summary>Reads an address as proxies write them: <c>192.0.2.1</c>, <c>192.0.2.1:4711</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]:4711</c>.</summary>
    private static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        if (text.StartsWith("[") && text.IndexOf(']') is > 0 and var end)
        {
            text = text[1..end];
        }
        else if (text.Count(':') == 1)
        {
            text = text[..text.IndexOf(':')];
        }

        return IPAddress.TryParse(text, out address!);
    }

    private bool IsTrusted(IPAddress address)
    {
        var unmapped = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var range in _ranges)
        {
            if (range.Contains(unmapped))
            {
                return true;
            }
        }

        return false;
    }
}
