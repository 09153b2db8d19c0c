using System.Net;
using System.Net.Sockets;
using Mik.Wasi.Http.Egress;

namespace Mik.Cli.Deploying;

/// <summary>
/// The network policy: in comes the server's port, out go names to be resolved, traces, and what <c>http_allowed</c> has. Kubernetes knows addresses and
/// ports only, so that a name stands for all addresses that it may have; who may be called is still mik's own check.
/// </summary>
internal static class KubernetesNetworkPolicy
{
    private const string All = "*";
    private const string Loopback = "localhost";

    // What names, or all, do not mean: a machine's own network, and what clouds tell their machines there.
    private static readonly string[] LinkLocal4 = ["169.254.0.0/16"];
    private static readonly string[] LinkLocal6 = ["fe80::/10"];
    private static readonly string[] Private4 = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
    private static readonly string[] Private6 = ["fc00::/7", "fe80::/10"];

    /// <summary>The file.</summary>
    public static YamlText Of(KubernetesApplication application) => $"""
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: {application.Name}
          labels:
            app.kubernetes.io/name: {application.Name}
        spec:
          podSelector:
            matchLabels:
              app.kubernetes.io/name: {application.Name}
          policyTypes: ["Ingress", "Egress"]
          ingress:
            - ports:
                - port: http
                  protocol: TCP
          egress:
            # Names.
            - ports:
                - port: 53
                  protocol: UDP
                - port: 53
                  protocol: TCP{Traces(application.Collector)}{application.AllowedHosts.Select(Calls)}

        """;

    private static YamlText Traces(Uri? collector)
    {
        if (collector is null)
        {
            return YamlText.None;
        }

        var range = IPAddress.TryParse(collector.Host, out var address) ? RangeOf(address) : (IPNetwork?)null;
        return Rule($"traces to {collector.Host}", PeersOf(range, isAll: false), collector.Port);
    }

    // One of IPv4 that is written as IPv6 goes over the wire as IPv4.
    private static IPNetwork RangeOf(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return new IPNetwork(plain, plain.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    private static YamlText Calls(string entry)
    {
        var destination = EgressPolicy.Parse([entry]).Destinations[0];
        return destination.Host == Loopback
            ? YamlText.None
            : Rule($"http_allowed: {entry}", PeersOf(destination.Range, destination.Host == All), destination.Port);
    }

    private static YamlText Rule(YamlText why, IEnumerable<YamlText> peers, int? port) => $"""

            # {why}
            - to:{peers}
              ports:
                - protocol: TCP{(port is { } number ? PortOf(number) : YamlText.None)}
        """;

    private static YamlText PortOf(int port) => $"""

                  port: {port}
        """;

    private static IEnumerable<YamlText> PeersOf(IPNetwork? range, bool isAll) => range is { } one
        ? [Peer(one.ToString(), [])]
        : [Peer("0.0.0.0/0", isAll ? Private4 : LinkLocal4), Peer("::/0", isAll ? Private6 : LinkLocal6)];

    private static YamlText Peer(string range, string[] without) => $"""

                - ipBlock:
                    cidr: {range}{(without.Length > 0 ? Except(without) : YamlText.None)}
        """;

    private static YamlText Except(string[] ranges) => $"""

                    except:{ranges.Select(Excepted)}
        """;

    private static YamlText Excepted(string range) => $"""

                      - {range}
        """;
}
