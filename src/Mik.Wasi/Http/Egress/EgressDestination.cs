using System.Net;

namespace Mik.Wasi.Http.Egress;

/// <summary>Where an entry of <see cref="EgressPolicy"/> leads: what a firewall in front of the host must let out.</summary>
public sealed class EgressDestination
{
    internal EgressDestination(EgressEntry entry) => (Host, Range, Port) = (entry.Host, entry.Range, entry.Port);

    /// <summary>A host name in lower case, <c>*.domain</c>, or <c>*</c>; an address as .NET writes it; empty for a range of several addresses.</summary>
    public string Host { get; }

    /// <summary>The addresses, when the entry has them and no name. Those of IPv4 are such here however they are written, since so they are dialled.</summary>
    public IPNetwork? Range { get; }

    /// <summary>The only port, or null.</summary>
    public int? Port { get; }
}
