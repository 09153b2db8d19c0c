using System.Net;

namespace Mik.Wasi.Tests.Http.Egress;

/// <summary>What <c>http_allowed</c> allows is reached by a real guest.</summary>
public sealed class EgressAllowedTests(TestInternet internet) : IClassFixture<TestInternet>
{
    [Theory]
    [InlineData("*", "http://api.example.com/", "93.184.216.34", 80)]
    [InlineData("*", "http://93.184.216.34/", "93.184.216.34", 80)]
    [InlineData("*", "http://[2606:4700::1111]/", "2606:4700::1111", 80)]
    [InlineData("*", "http://[64:ff9b::808:808]/", "64:ff9b::808:808", 80)]
    [InlineData("api.example.com", "http://API.Example.com./", "93.184.216.34", 80)]
    [InlineData("api.example.com", "http://api.example.com:8080/", "93.184.216.34", 8080)]
    [InlineData("api.example.com:8080", "http://api.example.com:08080/", "93.184.216.34", 8080)]
    [InlineData("API.EXAMPLE.COM.", "http://api.example.com/", "93.184.216.34", 80)]
    [InlineData("*.example.com", "http://a.example.com/", "93.184.216.34", 80)]
    [InlineData("*.example.com", "http://b.c.example.com/", "93.184.216.34", 80)]
    [InlineData("http://*.example.com:81", "http://b.c.example.com:81/", "93.184.216.34", 81)]
    [InlineData("bücher.example", "http://xn--bcher-kva.example/", "93.184.216.36", 80)]
    [InlineData("localhost", "http://localhost/", "127.0.0.1", 80)]
    [InlineData("internal.example.com", "http://internal.example.com/", "10.0.0.5", 80)]
    [InlineData("*.example.com", "http://internal.example.com/", "10.0.0.5", 80)]
    [InlineData("*.example.com", "http://mapped.example.com/", "::ffff:10.0.0.5", 80)]
    [InlineData("*.EXAMPLE.com.", "http://Internal.Example.Com./", "10.0.0.5", 80)]
    [InlineData("LocalHost.", "http://LOCALHOST./", "127.0.0.1", 80)]
    [InlineData("10.0.0.0/8", "http://10.0.0.5/", "10.0.0.5", 80)]
    [InlineData("10.0.0.0/8", "http://10.255.255.255/", "10.255.255.255", 80)]
    [InlineData("10.0.0.0/8", "http://167772165/", "10.0.0.5", 80)]
    [InlineData("10.0.0.0/8", "http://0xa.0.5/", "10.0.0.5", 80)]
    [InlineData("10.0.0.0/8", "http://012.0.0.5/", "10.0.0.5", 80)]
    [InlineData("10.0.0.0/8", "http://10.0.0.5./", "10.0.0.5", 80)]
    [InlineData("10.0.0.0/8", "http://[::ffff:10.0.0.5]/", "10.0.0.5", 80)]
    [InlineData("10.0.0.4/31", "http://10.0.0.5/", "10.0.0.5", 80)]
    [InlineData("0.0.0.0/0", "http://10.0.0.5/", "10.0.0.5", 80)]
    [InlineData("0.0.0.0/0", "http://93.184.216.34/", "93.184.216.34", 80)]
    [InlineData("127.0.0.0/8", "http://127.1.2.3/", "127.1.2.3", 80)]
    [InlineData("127.0.0.0/8", "http://127.1/", "127.0.0.1", 80)]
    [InlineData("127.0.0.1/32", "http://127.0.0.1/", "127.0.0.1", 80)]
    [InlineData("169.254.0.0/16", "http://169.254.169.254/", "169.254.169.254", 80)]
    [InlineData("100.100.100.200/32", "http://100.100.100.200/", "100.100.100.200", 80)]
    [InlineData("http://10.0.0.0/8:8080", "http://10.0.0.5:8080/", "10.0.0.5", 8080)]
    [InlineData("fd00::/8", "http://[fd12::5]/", "fd12::5", 80)]
    [InlineData("[fd00::]/8:8080", "http://[fd12::5]:8080/", "fd12::5", 8080)]
    [InlineData("[fd00::/8]:8080", "http://[fd12::5]:8080/", "fd12::5", 8080)]
    [InlineData("fe80::/10", "http://[fe80::1]/", "fe80::1", 80)]
    [InlineData("::1/128", "http://[::1]/", "::1", 80)]
    [InlineData("::ffff:10.0.0.0/104", "http://10.0.0.5/", "10.0.0.5", 80)]
    [InlineData("64:ff9b::/96", "http://[64:ff9b::10.0.0.5]/", "64:ff9b::a00:5", 80)]
    [InlineData("64:ff9b::7f00:1", "http://[64:ff9b::127.0.0.1]/", "64:ff9b::7f00:1", 80)]
    [InlineData("10.0.0.5", "http://[::ffff:10.0.0.5]/", "10.0.0.5", 80)]
    [InlineData("10.0.0.5", "http://10.0.0.5/", "10.0.0.5", 80)]
    [InlineData("10.0.0.5", "http://0x0a000005/", "10.0.0.5", 80)]
    [InlineData("[::1]:8080", "http://[0::1]:8080/", "::1", 8080)]
    [InlineData("https://api.example.com", "https://api.example.com/", "93.184.216.34", 443)]
    [InlineData("https://*.example.com:8443", "https://a.example.com:8443/", "93.184.216.34", 8443)]
    public async Task Host_ThatAnEntryNames_IsReached(string allowed, string url, string address, int port)
    {
        using var outgoing = internet.Allow(allowed);
        internet.Dialled.Clear();

        var (status, body) = await OutgoingGuest.AskAsync(outgoing, url);

        Assert.Equal(200, status);
        Assert.Contains(TestInternet.Secret, body, StringComparison.Ordinal);
        Assert.Equal((IPAddress.Parse(address), port), Assert.Single(internet.Dialled));
    }

    [Fact]
    public async Task Https_SpeaksHttp2AndKeepsTheConnection()
    {
        using var outgoing = internet.Allow("https://api.example.com");
        internet.Dialled.Clear();

        var first = await OutgoingGuest.AskAsync(outgoing, "https://api.example.com/");
        var second = await OutgoingGuest.AskAsync(outgoing, "https://api.example.com/again");

        Assert.Contains("of api.example.com HTTP/2", first.Body, StringComparison.Ordinal);
        Assert.Equal(first.Body, second.Body);
        Assert.Single(internet.Dialled);
    }

    [Fact]
    public async Task Http2_CertificateOfTwoHosts_IsNoWayFromOneToTheOther()
    {
        using var outgoing = internet.Allow("https://api.example.com");
        Assert.Equal(200, (await OutgoingGuest.AskAsync(outgoing, "https://api.example.com/")).Status);
        internet.Dialled.Clear();

        // The certificate and the address are good for this one as well, and a connection is open.
        var other = await OutgoingGuest.AskAsync(outgoing, "https://a.example.com/");

        Assert.Equal(502, other.Status);
        Assert.Contains("HTTP-request-denied", other.Body, StringComparison.Ordinal);
        Assert.Empty(internet.Dialled);
    }

    [Fact]
    public async Task Connections_OfTwoAllowedHostsAtOneAddress_AreNotShared()
    {
        using var outgoing = internet.Allow("https://api.example.com", "https://a.example.com");
        internet.Dialled.Clear();

        var first = await OutgoingGuest.AskAsync(outgoing, "https://api.example.com/");
        var second = await OutgoingGuest.AskAsync(outgoing, "https://a.example.com/");

        Assert.Contains("of api.example.com HTTP/2", first.Body, StringComparison.Ordinal);
        Assert.Contains("of a.example.com HTTP/2", second.Body, StringComparison.Ordinal);
        Assert.Equal(2, internet.Dialled.Count);
    }

    [Fact]
    public async Task Https_CertificateOfAnotherHost_IsAnError()
    {
        using var outgoing = internet.Allow("*.example.com");

        var (status, body) = await OutgoingGuest.AskAsync(outgoing, "https://b.c.example.com/");

        Assert.Equal(502, status);
        Assert.Contains("TLS-certificate-error", body, StringComparison.Ordinal);
    }
}
