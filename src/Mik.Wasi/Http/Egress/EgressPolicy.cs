using System.Globalization;
using System.Net;

namespace Mik.Wasi.Http.Egress;

/// <summary>
/// Which hosts guests may call: entries such as <c>*</c>, <c>api.example.com</c>, <c>*.example.com</c>, <c>https://api.example.com:8443</c>, <c>10.0.0.0/8</c>.
/// </summary>
public sealed class EgressPolicy
{
    private readonly EgressEntry[] _entries;

    private EgressPolicy(EgressEntry[] entries) => _entries = entries;

    /// <summary>Denies everything.</summary>
    public static EgressPolicy DenyAll { get; } = new([]);

    /// <summary>Where its entries lead, in their order.</summary>
    public IReadOnlyList<EgressDestination> Destinations => [.. _entries.Select(entry => new EgressDestination(entry))];

    /// <summary>Reads the entries of <c>http_allowed</c>.</summary>
    /// <exception cref="FormatException">An entry cannot be understood; the message names it.</exception>
    public static EgressPolicy Parse(IEnumerable<string> entries) => new([.. entries.Select(EgressEntry.Parse)]);

    /// <summary>Whether a request to this scheme, host and port is allowed at all.</summary>
    public bool Allows(string scheme, string host, int port)
    {
        var normalized = EgressEntry.Normalize(host);
        return Array.Exists(_entries, entry => entry.Matches(scheme, normalized, port));
    }

    /// <summary>Whether this address may be dialled for a request to this scheme, host and port.</summary>
    /// <remarks>
    /// A name leads to public addresses, and to private ones when an entry covers it by more than <c>*</c>. Loopback, link-local and metadata
    /// addresses need an entry that is one, or a range wholly inside theirs.
    /// </remarks>
    public bool Admits(string scheme, string host, int port, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var normalized = EgressEntry.Normalize(host);
        return Array.Exists(_entries, entry => entry.Matches(scheme, normalized, port) && entry.Admits(address));
    }

    /// <summary>Whether an address is loopback, private, link-local, multicast or otherwise not of the public internet (RFC 6890).</summary>
    public static bool IsPrivate(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return AddressRanges.KindOf(address) != AddressKind.Public;
    }

    /// <summary>Why a request to this host is not allowed, and the entry that would allow it.</summary>
    internal EgressRefusal NotAllowed(Uri uri)
    {
        var host = EgressEntry.Normalize(uri.IdnHost);
        var detail = Array.Exists(_entries, entry => entry.MatchesHost(host))
            ? "its entry in http_allowed is for another scheme or port" : "no entry of http_allowed covers it";
        return new(EgressRefusalReason.NotAllowed, Authority(host, uri.Port), detail, uri.IsDefaultPort ? InUrl(host) : Authority(host, uri.Port));
    }

    /// <summary>Why none of the addresses of an allowed host may be dialled, and the entry that would allow it.</summary>
    internal static EgressRefusal NotAdmitted(string endpoint, int port, IPAddress[] addresses)
    {
        var host = EgressEntry.Normalize(endpoint);
        var isName = !IPAddress.TryParse(host, out _);

        // An entry for the name opens the private ones among its addresses.
        var address = AddressRanges.Plain(Array.Find(addresses, candidate => AddressRanges.KindOf(candidate) == AddressKind.Private) ?? addresses[0]);
        var kind = AddressRanges.KindOf(address);
        var isOpenedByName = isName && (kind == AddressKind.Private || EgressEntry.NamesLoopback(host));
        var literal = InUrl(address.ToString());
        var what = isName ? $"it leads to {literal}, {kind.Word()} address" : $"it is {kind.Word()} address";
        var why = kind == AddressKind.Private ? "and * reaches public ones only"
            : isOpenedByName || !isName ? "which its own entry opens, and no wider one"
            : "which only an entry that is the address opens, for calls that are made to the address";
        return new(EgressRefusalReason.AddressNotAllowed, Authority(host, port), $"{what}, {why}", isOpenedByName ? host : literal);
    }

    private static string Authority(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"{InUrl(host)}:{port}");

    private static string InUrl(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
