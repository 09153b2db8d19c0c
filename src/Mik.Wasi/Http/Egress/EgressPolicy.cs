using System.Net;

namespace Mik.Wasi.Http.Egress;

/// <summary>Which hosts guests may call: entries such as <c>*</c>, <c>api.example.com</c>, <c>*.example.com</c>, <c>https://api.example.com:8443</c>.</summary>
public sealed class EgressPolicy
{
    private readonly EgressEntry[] _entries;

    private EgressPolicy(EgressEntry[] entries) => _entries = entries;

    /// <summary>Denies everything.</summary>
    public static EgressPolicy DenyAll { get; } = new([]);

    /// <summary>Reads the entries of <c>http_allowed</c>.</summary>
    /// <exception cref="FormatException">An entry cannot be understood; the message names it.</exception>
    public static EgressPolicy Parse(IEnumerable<string> entries) => new([.. entries.Select(EgressEntry.Parse)]);

    /// <summary>Whether a request to this scheme, host and port is allowed at all.</summary>
    public bool Allows(string scheme, string host, int port)
    {
        var normalized = EgressEntry.Normalize(host);
        return Array.Exists(_entries, entry => entry.Matches(scheme, normalized, port));
    }

    /// <summary>Whether a private address may be dialled for this host: only when an entry names the host literally.</summary>
    public bool AllowsPrivateAddress(string scheme, string host, int port)
    {
        var normalized = EgressEntry.Normalize(host);
        return Array.Exists(_entries, entry => !entry.IsWildcard && entry.Matches(scheme, normalized, port));
    }

    /// <summary>Whether an address is loopback, private, link-local, multicast or otherwise not of the public internet (RFC 6890).</summary>
    public static bool IsPrivate(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return AddressRanges.IsPrivate(address);
    }
}
