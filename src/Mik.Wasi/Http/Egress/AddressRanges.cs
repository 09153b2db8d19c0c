using System.Net;
using System.Net.Sockets;

namespace Mik.Wasi.Http.Egress;

/// <summary>Which addresses belong to the public internet (the IANA special-purpose registries, RFC 6890) and which do not.</summary>
internal static class AddressRanges
{
    private static readonly IPNetwork[] PrivateV4 =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",

            // The platform service of one cloud, which answers only inside of it.
            "168.63.129.16/32",
        ]).Select(IPNetwork.Parse),
    ];

    // Public IPv6 is 2000::/3 without these. Loopback, link-local, site-local, unique local, multicast and the rest lie outside of it.
    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] PrivateV6 =
    [
        .. ((string[])["2001::/23", "2001:db8::/32", "3fff::/20"]).Select(IPNetwork.Parse),
    ];

    // An IPv4 address inside: where it begins.
    private static readonly (IPNetwork Network, int Offset)[] EmbeddedV4 =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
    ];

    /// <summary>Whether an address is loopback, private, link-local, multicast, reserved, or leads to one that is.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPrivate(address.MapToIPv4());
        }
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return Array.Exists(PrivateV4, network => network.Contains(address));
        }
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || !address.TryWriteBytes(bytes, out _))
        {
            return true;
        }
        // Without a zone, which networks are compared with as well.
        var plain = new IPAddress(bytes);
        foreach (var (network, offset) in EmbeddedV4)
        {
            if (network.Contains(plain))
            {
                return IsPrivate(new IPAddress(bytes.Slice(offset, 4)));
            }
        }
        return !PublicV6.Contains(plain) || Array.Exists(PrivateV6, network => network.Contains(plain)) || IsPrivateTunnel(bytes);
    }

    // ISATAP (RFC 5214) has an IPv4 address at the end of any prefix.
    private static bool IsPrivateTunnel(ReadOnlySpan<byte> bytes) =>
        bytes[8..12] is [0 or 2, 0, 0x5e, 0xfe] && IsPrivate(new IPAddress(bytes[12..]));
}
