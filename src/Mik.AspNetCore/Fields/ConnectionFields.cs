using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace Mik.AspNetCore.Fields;

/// <summary>The one list of fields that are about a connection, or about how a message is sent over it, and not of the message itself.</summary>
internal static class ConnectionFields
{
    /// <summary>Fields about one connection (RFC 9110, 7.6.1).</summary>
    public static readonly IReadOnlyList<string> HopByHop =
        [HeaderNames.Connection, HeaderNames.TransferEncoding, HeaderNames.KeepAlive, HeaderNames.ProxyConnection, HeaderNames.Upgrade];

    // What says how a body is sent.
    private static readonly string[] Framing = [HeaderNames.TE, HeaderNames.Trailer, HeaderNames.ContentLength];

    // What a message is, and for whom, is of no use after it (RFC 9110, 6.5.1).
    private static readonly string[] OfHeads = [HeaderNames.Host, HeaderNames.ContentEncoding, HeaderNames.ContentType, HeaderNames.ContentRange];

    private static readonly FrozenSet<string> HopByHopNames = HopByHop.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenSet<string> Names = HopByHop.Concat(Framing).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenSet<string> NotInTrailers = Names.Concat(OfHeads).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a field is about one connection.</summary>
    public static bool IsHopByHop(string name) => HopByHopNames.Contains(name);

    /// <summary>Whether a field is about one connection, or about how a body is sent over it.</summary>
    public static bool Includes(string name) => Names.Contains(name);

    /// <summary>Whether a field may come after the body.</summary>
    public static bool MayTrail(string name) => !NotInTrailers.Contains(name);
}
