using System.Globalization;
using System.Net;

namespace Mik.Wasi.Http.Egress;

/// <summary>One entry of <c>http_allowed</c>: <c>*</c>, a host, <c>*.domain</c> or a range of addresses, narrowed by a scheme and a port.</summary>
internal sealed class EgressEntry
{
    /// <summary>The host that stands for all of them.</summary>
    public const string All = "*";

    private const string Loopback = "localhost";

    private readonly string? _scheme;

    private EgressEntry(string? scheme, string host, IPNetwork? range, int? port) => (_scheme, Host, Range, Port) = (scheme, host, range, port);

    /// <summary>The host as of <see cref="Normalize"/>, <c>*.domain</c> or <c>*</c>; empty for a range that is written as one.</summary>
    public string Host { get; }

    /// <summary>The addresses, when the entry has them and no name: those of IPv4 as such, however they are written.</summary>
    public IPNetwork? Range { get; }

    /// <summary>The only port, or null.</summary>
    public int? Port { get; }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message names it.</exception>
    public static EgressEntry Parse(string text)
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
        if (colon >= 0 && !rest.EndsWith(']') && HasPort(rest, colon))
        {
            if (!ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new FormatException($"\"{text}\": the port of an allowed host is a number up to 65535");
            }
            port = number;
            rest = rest[..colon];
        }
        if (rest.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
        {
            if (HostOf(rest[..slash]) is { } named && named.Any(char.IsAsciiLetter) && !named.Contains(':', StringComparison.Ordinal))
            {
                throw new FormatException($"\"{text}\": an allowed host has no path: \"{(scheme is null ? "" : scheme + "://")}{rest[..slash]}\"");
            }
            return new(scheme, "", RangeOf(text, rest), port);
        }
        var host = HostOf(rest) ?? throw new FormatException(
            $"\"{text}\": an allowed host is *, a host name, *.name, an address or a range such as 10.0.0.0/8, with an optional scheme:// and :port");
        return new(scheme, host, IPAddress.TryParse(host, out var address) ? EgressRange.Of(address) : null, port);
    }

    /// <summary>Whether it covers this scheme, host (as of <see cref="Normalize"/>) and port.</summary>
    public bool Matches(string scheme, string host, int port) =>
        (_scheme is null || _scheme == scheme) && (Port is null || Port == port) && MatchesHost(host);

    /// <summary>Whether it covers this host on some scheme and port.</summary>
    public bool MatchesHost(string host)
    {
        if (Host == All)
        {
            return true;
        }
        if (IPAddress.TryParse(host, out var address))
        {
            return Range is { } range && range.Contains(address);
        }
        return Range is null && (Host[0] == '*'
            // Any depth below the domain, but not the domain itself.
            ? host.Length > Host.Length - 1 && host.EndsWith(Host[1..], StringComparison.Ordinal)
            : host == Host);
    }

    /// <summary>Whether this address may be dialled for a host that the entry covers.</summary>
    public bool Admits(IPAddress address)
    {
        var kind = AddressRanges.KindOf(address);
        if (Range is { } range)
        {
            // A wide range does not mean what is dangerous in it.
            var special = AddressRanges.RangeOf(address);
            return kind is AddressKind.Public or AddressKind.Private || (range.PrefixLength >= special.PrefixLength && special.Contains(range.BaseAddress));
        }
        return kind switch
        {
            AddressKind.Public => true,
            AddressKind.Private => Host != All,
            AddressKind.Loopback => NamesLoopback(Host),
            _ => false,
        };
    }

    /// <summary>A host in the form in which hosts are compared: lower case, no dot at the end, an address as .NET writes it.</summary>
    public static string Normalize(string host)
    {
        var trimmed = (host.EndsWith('.') ? host[..^1] : host).ToLowerInvariant();
        return IPAddress.TryParse(trimmed, out var address) ? AddressRanges.Plain(address).ToString() : trimmed;
    }

    /// <summary>Whether a host (as of <see cref="Normalize"/>) is the name of this machine.</summary>
    public static bool NamesLoopback(string host) => host == Loopback;

    // IPv6 has colons of its own: behind it a port is one only after a bracket or the bits of a range.
    private static bool HasPort(string text, int colon) =>
        text.StartsWith('[') || text.IndexOf(':', StringComparison.Ordinal) == colon || text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
            && slash < colon;

    private static IPNetwork RangeOf(string text, string range)
    {
        try
        {
            // [fd00::/8] is what a port stands behind.
            return EgressRange.Parse(range.StartsWith('[') && range.EndsWith(']') ? range[1..^1] : range);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"\"{text}\": {exception.Message}", exception);
        }
    }

    private static string? HostOf(string text)
    {
        if (text == All)
        {
            return text;
        }
        var isWildcard = text.StartsWith("*.", StringComparison.Ordinal);
        var name = isWildcard ? text[2..] : text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        if (name.Length == 0 || name.Contains('*', StringComparison.Ordinal) || name.Contains('%', StringComparison.Ordinal))
        {
            return null;
        }
        var type = Uri.CheckHostName(name);
        if (type == UriHostNameType.Unknown || (isWildcard && (type != UriHostNameType.Dns || Normalize(name) is "" || char.IsAsciiDigit(LastLabel(name)[0]))))
        {
            return null;
        }
        // Names beyond ASCII are compared as they go over the wire.
        var wire = type == UriHostNameType.Dns && Uri.TryCreate($"http://{name}/", UriKind.Absolute, out var uri) ? uri.IdnHost : name;
        return isWildcard ? "*." + Normalize(wire) : Normalize(wire);
    }

    private static string LastLabel(string name)
    {
        var trimmed = name.TrimEnd('.');
        var label = trimmed[(trimmed.LastIndexOf('.') + 1)..];
        return label.Length == 0 ? "0" : label;
    }
}
