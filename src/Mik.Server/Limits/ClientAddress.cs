using System.Buffers.Binary;
using System.Net;

namespace Mik.Server.Limits;

/// <summary>
/// Who asks, as far as limits care: an IPv4 address, or the /64 of an IPv6 address, which one client has as a whole. An IPv4 address that is mapped
/// into IPv6 is itself.
/// </summary>
/// <param name="Key">The first half of the IPv6 address; IPv4 has a range of its own, whose addresses no client can have in IPv6.</param>
internal readonly record struct ClientAddress(ulong Key)
{
    // ff00::/8 is multicast, so nobody asks from there.
    private const ulong V4 = 0xffff_ffff_0000_0000;

    /// <summary>The client with an address; null, of a connection without one, is all zeros.</summary>
    public static ClientAddress Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
        {
            return default;
        }

        return length == 4 ? new ClientAddress(V4 | BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : address.IsIPv4MappedToIPv6 ? new ClientAddress(V4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : new ClientAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    // The seed of HashCode is the process' own: nobody can choose addresses that meet in one place.
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine((uint)Key, (uint)(Key >> 32));

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        if ((Key & V4) == V4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Key);
            return new IPAddress(bytes[..4]).ToString();
        }

        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Key);
        return new IPAddress(bytes) + "/64";
    }
}
