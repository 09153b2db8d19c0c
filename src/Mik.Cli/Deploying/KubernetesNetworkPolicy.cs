using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mik.Cli.Deploying;

/// <summary>
/// The network policy: in comes the server's port, out go names to be resolved, traces, and what <c>http_allowed</c> has. Kubernetes knows addresses and
/// ports only, so that a name stands for all addresses that it may have; who may be called is still mik's own check.
/// </summary>
internal static class KubernetesNetworkPolicy
{
    private const string Loopback = "localhost";

    // What names, or all, do not mean: a machine's own network, and what clouds tell their machines there.
    private static readonly string[] LinkLocal4 = ["169.254.0.0/16"];
    private static readonly string[] LinkLocal6 = ["fe80::/10"];
    private static readonly string[] Private4 = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
    private static readonly string[] Private6 = ["fc00::/7", "fe80::/10"];

    /// <summary>The file.</summary>
    public static string Of(KubernetesApplication application)
    {
        var text = new StringBuilder($"""
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
                      protocol: TCP

            """);
        if (application.Collector is { } collector)
        {
            Append(text, $"traces to {collector.Host}", Peers(collector.Host, isAll: false), collector.Port);
        }

        foreach (var entry in application.AllowedHosts)
        {
            var (host, port) = Split(entry);
            if (host != Loopback)
            {
                Append(text, $"http_allowed: {KubernetesApplication.Quoted(entry)}", Peers(host, host == "*"), port);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string why, IEnumerable<(string Range, string[] Except)> peers, int? port)
    {
        text.Append(CultureInfo.InvariantCulture, $"    # {why}\n    - to:\n");
        foreach (var (range, except) in peers)
        {
            text.Append(CultureInfo.InvariantCulture, $"        - ipBlock:\n            cidr: {KubernetesApplication.Quoted(range)}\n");
            if (except.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"            except: [{string.Join(", ", except.Select(KubernetesApplication.Quoted))}]\n");
            }
        }

        text.Append("      ports:\n        - protocol: TCP\n");
        if (port is { } number)
        {
            text.Append(CultureInfo.InvariantCulture, $"          port: {number}\n");
        }
    }

    // An entry that has been checked: scheme://host:port, scheme and port optional, addresses of IPv6 in brackets where a port follows.
    private static (string Host, int? Port) Split(string entry)
    {
        var rest = entry.Trim();
        var scheme = rest.IndexOf("://", StringComparison.Ordinal);
        rest = scheme < 0 ? rest : rest[(scheme + 3)..];
        int? port = null;
        var colon = rest.LastIndexOf(':');
        if (colon > 0 && (rest.IndexOf(':', StringComparison.Ordinal) == colon || rest[colon - 1] == ']')
            && int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            port = number;
            rest = rest[..colon];
        }

        return (rest.Trim('[', ']').ToLowerInvariant(), port);
    }

    private static IEnumerable<(string Range, string[] Except)> Peers(string host, bool isAll)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return [($"{address}/{(address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)}", [])];
        }

        return host.Split('/') is [var first, var length] && IPAddress.TryParse(first.Trim('[', ']'), out var start)
            ? [($"{start}/{length}", [])]
            : [("0.0.0.0/0", isAll ? Private4 : LinkLocal4), ("::/0", isAll ? Private6 : LinkLocal6)];
    }
}
