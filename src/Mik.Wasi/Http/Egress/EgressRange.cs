using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mik.Wasi.Http.Egress;

/// <summary>Reads ranges of addresses (RFC 4632, RFC 4291), and the one address that is a range of itself.</summary>
internal static class EgressRange
{
    private const int MappedBits = 96;

    /// <summary>The range that contains this address alone.</summary>
    public static IPNetwork Of(IPAddress address)
    {
        var plain = AddressRanges.Plain(address);
        return new IPNetwork(plain, BitsOf(plain));
    }

    /// <summary>Reads <c>address/bits</c>.</summary>
    /// <exception cref="FormatException">It is no range; the message says why.</exception>
    public static IPNetwork Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = AddressOf(text[..slash])
            ?? throw new FormatException("a range begins with an address such as 10.0.0.0 or fd00::, without zeros in front of its numbers");
        if (!byte.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits) || bits > BitsOf(address)
            || (text[slash + 1] == '0' && bits > 0))
        {
            throw new FormatException($"the number of bits behind the / of a range goes from 0 to {BitsOf(address)} here");
        }
        if (address.IsIPv4MappedToIPv6)
        {
            if (bits < MappedBits)
            {
                throw new FormatException("a range of IPv4 addresses is written as one: 10.0.0.0/8");
            }
            address = address.MapToIPv4();
            bits -= MappedBits;
        }
        var first = Masked(address, bits);
        return first.Equals(address)
            ? new IPNetwork(address, bits)
            : throw new FormatException($"bits behind the first {bits} are set; the range is written {first}/{bits}");
    }

    private static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    // .NET reads 010.0.0.0 as octal and 10 as 0.0.0.10; whoever writes a range like this may mean something else.
    private static IPAddress? AddressOf(string text)
    {
        var bare = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        return !bare.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(bare, out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text)
                ? address
                : null;
    }

    private static IPAddress Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(bits - (i * 8), 0, 8));
        }
        return new IPAddress(bytes);
    }
}
