using System.Globalization;
using System.Net;

namespace Mik.Wasi.Http.Egress;

/// <summary>One entry of <c>http_allowed</c>: <c>*</c>, a host or <c>*.domain</c>, narrowed by a scheme and a port.</summary>
internal sealed class EgressEntry
{
    private readonly string? _scheme;
    private readonly string _host;
    private readonly int? _port;

    private EgressEntry(string? scheme, string host, int? port) => (_scheme, _host, _port) = (scheme, host, port);

    /// <summary>Whether it stands for more than one host.</summary>
    public bool IsWildcard => _host[0] == '*';

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
        if (colon >= 0 && !rest.EndsWith(']') && (rest.StartsWith('[') || rest.IndexOf(':', StringComparison.Ordinal) == colon))
        {
            if (!ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new FormatException($"\"{text}\": the port of an allowed host is a number up to 65535");
            }
            port = number;
            rest = rest[..colon];
        }
        return new(scheme, HostOf(rest) ?? throw new FormatException(
            $"\"{text}\": an allowed host is *, a host name, *.name or an address, with an optional scheme:// and :port"), port);
    }

    /// <summary>Whether it allows this scheme, host (as of <see cref="Normalize"/>) and port.</summary>
    public bool Matches(string scheme, string host, int port) =>
        (_scheme is null || _scheme == scheme) && (_port is null || _port == port) && MatchesHost(host);

    /// <summary>A host in the form in which hosts are compared: lower case, no dot at the end, an address as .NET writes it.</summary>
    public static string Normalize(string host)
    {
        var trimmed = (host.EndsWith('.') ? host[..^1] : host).ToLowerInvariant();
        return IPAddress.TryParse(trimmed, out var address) ? address.ToString() : trimmed;
    }

    private bool MatchesHost(string host) =>
        _host == "*"
        || (IsWildcard
            // Any depth below the domain, but not the domain itself, and never an address that ends like it.
            ? host.Length > _host.Length - 1 && host.EndsWith(_host[1..], StringComparison.Ordinal) && !IPAddress.TryParse(host, out _)
            : host == _host);

    private static string? HostOf(string text)
    {
        if (text == "*")
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
