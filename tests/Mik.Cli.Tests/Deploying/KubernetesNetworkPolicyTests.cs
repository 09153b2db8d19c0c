using k8s.Models;

namespace Mik.Cli.Tests.Deploying;

/// <summary>The network policy of <c>mik deploy kubernetes</c>: what mik dials must be let out.</summary>
public sealed class KubernetesNetworkPolicyTests : IDisposable
{
    private readonly DeployedProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task NetworkPolicy_LetsOutWhatTheProjectMayCall_AndNames()
    {
        var objects = await _project.DeployAsync(
            """
            [project]
            name = "shop"
            [server]
            http_allowed = ["https://api.example.com:8443", "*", "10.1.0.0/16", "[2001:db8::5]:80", "localhost"]
            [tracing]
            otlp_endpoint = "http://collector:4317"
            """);

        var egress = objects.OfType<V1NetworkPolicy>().Single().Spec.Egress;
        Assert.Equal(6, egress.Count);
        Assert.All(egress[0].Ports, port => Assert.Equal("53", port.Port.Value));
        Assert.Equal("4317", egress[1].Ports.Single().Port.Value);
        Assert.Equal(("0.0.0.0/0", "8443"), (egress[2].To[0].IpBlock.Cidr, egress[2].Ports.Single().Port.Value));
        Assert.Contains("10.0.0.0/8", egress[3].To[0].IpBlock.Except);
        Assert.Null(egress[3].Ports.Single().Port);
        Assert.Equal("10.1.0.0/16", egress[4].To.Single().IpBlock.Cidr);
        Assert.Equal(("2001:db8::5/128", "80"), (egress[5].To.Single().IpBlock.Cidr, egress[5].Ports.Single().Port.Value));
    }

    [Theory]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5/32", null)]
    [InlineData("[::ffff:10.0.0.5]:8080", "10.0.0.5/32", "8080")]
    [InlineData("http://[::ffff:a00:5]", "10.0.0.5/32", null)]
    [InlineData("::ffff:10.1.0.0/112", "10.1.0.0/16", null)]
    [InlineData("[::ffff:10.1.0.0/112]:443", "10.1.0.0/16", "443")]
    [InlineData("fd00::/8:443", "fd00::/8", "443")]
    [InlineData("10.0.0.0/8:443", "10.0.0.0/8", "443")]
    [InlineData("2001:DB8::5", "2001:db8::5/128", null)]
    public async Task NetworkPolicy_HasTheRangeThatMikDials(string allowed, string range, string? port)
    {
        var objects = await _project.DeployAsync($"[project]\nname = \"shop\"\n[server]\nhttp_allowed = [\"{allowed}\"]\n");

        var rule = objects.OfType<V1NetworkPolicy>().Single().Spec.Egress[1];
        Assert.Equal((range, port), (rule.To.Single().IpBlock.Cidr, rule.Ports.Single().Port?.Value));
    }

    [Fact]
    public async Task NetworkPolicy_OfACollectorAtAMappedAddress_HasItsOwn()
    {
        var objects = await _project.DeployAsync("[project]\nname = \"shop\"\n[tracing]\notlp_endpoint = \"http://[::ffff:10.0.0.7]:4317\"\n");

        Assert.Equal("10.0.0.7/32", objects.OfType<V1NetworkPolicy>().Single().Spec.Egress[1].To.Single().IpBlock.Cidr);
    }
}
