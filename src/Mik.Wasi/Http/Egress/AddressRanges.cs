using System.Net;
using System.Net.Sockets;

namespace Mik.Wasi.Http.Egress;

/// <summary>What addresses lead to, by the IANA special-purpose registries (RFC 6890) and the documentation of clouds.</summary>
internal static class AddressRanges
{
    // The first row that contains an address says what it is; no row is public.
    private static readonly (IPNetwork Network, AddressKind Kind)[] V4 =
    [
        Row("0.0.0.0/8", AddressKind.Special), Row("127.0.0.0/8", AddressKind.Loopback), Row("169.254.0.0/16", AddressKind.LinkLocal),
        Row("100.100.100.200/32", AddressKind.Metadata), Row("168.63.129.16/32", AddressKind.Metadata), Row("192.0.0.192/32", AddressKind.Metadata),
        Row("10.0.0.0/8", AddressKind.Private), Row("100.64.0.0/10", AddressKind.Private), Row("172.16.0.0/12", AddressKind.Private),
        Row("192.0.0.0/24", AddressKind.Private), Row("192.0.2.0/24", AddressKind.Private), Row("192.88.99.0/24", AddressKind.Private),
        Row("192.168.0.0/16", AddressKind.Private), Row("198.18.0.0/15", AddressKind.Private), Row("198.51.100.0/24", AddressKind.Private),
        Row("203.0.113.0/24", AddressKind.Private), Row("224.0.0.0/3", AddressKind.Private),
    ];

    // Public IPv6 is 2000::/3 without these; everything outside of it that has no row is private.
    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    private static readonly (IPNetwork Network, AddressKind Kind)[] V6 =
    [
        Row("::1/128", AddressKind.Loopback), Row("fe80::/10", AddressKind.LinkLocal),
        Row("fd00:ec2::/32", AddressKind.Metadata), Row("fd20:ce::254/128", AddressKind.Metadata), Row("fd00:42::42/128", AddressKind.Metadata),
        Row("64:ff9b:1::/48", AddressKind.Special), Row("2001::/32", AddressKind.Special), Row("::/8", AddressKind.Special),
        Row("2001::/23", AddressKind.Private), Row("2001:db8::/32", AddressKind.Private), Row("3fff::/20", AddressKind.Private),
    ];

    // An IPv4 address inside: where it begins.
    private static readonly (IPNetwork Network, int Offset)[] EmbeddedV4 =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
    ];

    /// <summary>What an address leads to.</summary>
    public static AddressKind KindOf(IPAddress address) => Find(address).Kind;

    /// <summary>The range that makes an address what it is: for one that hides an IPv4 address the address alone.</summary>
    public static IPNetwork RangeOf(IPAddress address) => Find(address).Range;

    /// <summary>An address as it is compared: without a zone, an IPv4 address that is mapped into IPv6 as itself.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes())
        : address;

    private static (IPNetwork Range, AddressKind Kind) Find(IPAddress zoned)
    {
        var address = Plain(zoned);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return First(V4, address) ?? (new IPNetwork(IPAddress.Any, 0), AddressKind.Public);
        }
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || !address.TryWriteBytes(bytes, out _))
        {
            return (default, AddressKind.Special);
        }
        foreach (var (network, offset) in EmbeddedV4)
        {
            if (network.Contains(address))
            {
                return (new IPNetwork(address, 128), KindOf(new IPAddress(bytes.Slice(offset, 4))));
            }
        }
        // ISATAP (RFC 5214) has an IPv4 address at the end of any prefix.
        if (bytes[8..12] is [0 or 2, 0, 0x5e, 0xfe] && KindOf(new IPAddress(bytes[12..])) is not AddressKind.Public and var inner)
        {
            return (new IPNetwork(address, 128), inner);
        }
        return First(V6, address) ?? (PublicV6, PublicV6.Contains(address) ? AddressKind.Public : AddressKind.Private);
    }

    private static (IPNetwork Range, AddressKind Kind)? First((IPNetwork Network, AddressKind Kind)[] rows, IPAddress address)
    {
        foreach (var row in rows)
        {
            if (row.Network.Contains(address))
            {
                return row;
            }
        }
        return null;
    }

    private static (IPNetwork, AddressKind) Row(string network, AddressKind kind) => (IPNetwork.Parse(network), kind);
}
