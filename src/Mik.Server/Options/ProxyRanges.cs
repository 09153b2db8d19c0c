using System.Net;

namespace Mik.Server.Options;

/// <summary>Addresses of proxies, as options name them.</summary>
public static class ProxyRanges
{
    /// <summary>Reads addresses, or ranges of them (<c>10.0.0.0/8</c>).</summary>
    /// <exception cref="FormatException">An entry is neither.</exception>
    public static IReadOnlyList<IPNetwork> Parse(IReadOnlyList<string> ranges) => [.. ranges.Select(Range)];

    private static IPNetwork Range(string text) =>
        IPNetwork.TryParse(text, out var range) ? range
        : text.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new FormatException($"'{text}' is no address and no range of addresses such as 10.0.0.0/8");
}
