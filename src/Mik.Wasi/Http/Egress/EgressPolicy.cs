using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mik.Wasi.Http.Egress;

/// <summary>Which hosts guests may call: entries such as <c>*</c>, <c>api.example.com</c>, <c>*.example.com</c>, <c>https://api.example.com:8443</c>.</summary>
public sealed class EgressPolicy
{
    private readonly Entry[] _entries;

    private EgressPolicy(Entry[] entries) => _entries = entries;

    /// <summary>Denies everything.</summary>
    public static EgressPolicy DenyAll { get; } = new([]);

    /// <summary>Reads the entries of <c>http_allowed</c>.</summary>
    /// <exception cref="FormatException">An entry cannot be understood; the message names it.</exception>
    public static EgressPolicy Parse(IEnumerable<string> entries) => new([.. entries.Select(Entry.Parse)]);

    /// <summary>Whether a request to this scheme, host and port is allowed at all.</summary>
    public bool Allows(string scheme, string host, int port) => Array.Exists(_entries, entry => entry.Matches(scheme, host, port));

    /// <summary>Whether a private address may be dialled for this host: only when an entry names the host literally.</summary>
    public bool AllowsPrivateAddress(string scheme, string host, int port) =>
        Array.Exists(_entries, entry => !entry.IsWildcard && entry.Matches(scheme, host, port));

    /// <summary>Whether an address is loopback, private, link-local, multicast or otherwise not of the public internet (RFC 6890).</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPrivate(address.MapToIPv4());
        }
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.TryWriteBytes(bytes, out _);
            return IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal
                || address.IsIPv6UniqueLocal || address.IsIPv6Multicast
                || IsEmbeddedPrivate(bytes);
        }
        Span<byte> octets = stackalloc byte[4];
        address.TryWriteBytes(octets, out _);
        return octets switch
        {
            [0 or 10 or 127, ..] => true,
            [100, >= 64 and < 128, ..] => true,
            [169, 254, ..] => true,
            [172, >= 16 and < 32, ..] => true,
            [192, 0, 0 or 2, _] or [192, 88, 99, _] or [192, 168, ..] => true,
            [198, 18 or 19, ..] or [198, 51, 100, _] or [203, 0, 113, _] => true,
            [>= 224, ..] => true,
            _ => false,
        };
    }

    // IPv4 inside IPv6: compatible (::/96), NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), 6to4 (2002::/16), Teredo (2001::/32).
    private static bool IsEmbeddedPrivate(ReadOnlySpan<byte> bytes)
    {
        if (bytes[..12].IndexOfAnyExcept((byte)0) < 0 || bytes[..4].SequenceEqual(new byte[] { 0x00, 0x64, 0xff, 0x9b }))
        {
            return IsPrivate(new IPAddress(bytes[12..]));
        }
        if (bytes[..2].SequenceEqual(new byte[] { 0x20, 0x02 }))
        {
            return IsPrivate(new IPAddress(bytes[2..6]));
        }
        return bytes[..4].SequenceEqual(new byte[] { 0x20, 0x01, 0x00, 0x00 });
    }

    private readonly record struct Entry(string? Scheme, string Host, int? Port)
    {
        public bool IsWildcard => Host.StartsWith('*');

        public static Entry Parse(string text)
        {
            var rest = text.Trim();
            string? scheme = null;
            if (rest.IndexOf("://", StringComparison.Ordinal) is >= 0 and var separator)
            {
                scheme = rest[..separator].ToLowerInvariant();
                rest = rest[(separator + 3)..];
                if (scheme is not ("http" or "https"))
                {
                    throw new FormatException($"\"{text}\": the scheme of an allowed host is http or https");
                }
            }
            int? port = null;
            var colon = rest.LastIndexOf(':');
            if (colon >= 0 && !rest.EndsWith(']') && (rest.StartsWith('[') || rest.IndexOf(':', StringComparison.Ordinal) == colon))
            {
                if (!ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    throw new FormatException($"\"{text}\": the port of an allowed host is a number up to 65535");
                }
                port = number;
                rest = rest[..colon];
            }
            var host = Normalize(rest.Trim('[', ']'));
            var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
            if (host == "*" ? rest != "*" : (name.Length == 0 || name.Contains('*', StringComparison.Ordinal) || Uri.CheckHostName(name) == UriHostNameType.Unknown))
            {
                throw new FormatException($"\"{text}\": an allowed host is *, a host name, *.name or an address, with an optional scheme:// and :port");
            }
            return new(scheme, host, port);
        }

        public bool Matches(string scheme, string host, int port)
        {
            var normalized = Normalize(host);
            return (Scheme is null || Scheme == scheme) && (Port is null || Port == port)
                && (Host == "*" || (Host.StartsWith("*.", StringComparison.Ordinal)
                    ? normalized.Length > Host.Length - 1 && normalized.EndsWith(Host[1..], StringComparison.Ordinal)
                    : normalized == Host));
        }

        private static string Normalize(string host)
        {
            var trimmed = host.TrimEnd('.').ToLowerInvariant();
            return IPAddress.TryParse(trimmed, out var address) ? address.ToString() : trimmed;
        }
    }
}
