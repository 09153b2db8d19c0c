using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Tests.Observability.Metrics;
using Mik.Testing;

namespace Mik.Server.Tests.Observability;

/// <summary>Whoever runs a server sees which outgoing calls it refused, and what to write to allow them.</summary>
public sealed class OutgoingRefusalTests
{
    [Theory]
    [InlineData("", "http://api.example.com/x", "api.example.com", "api.example.com:80", "not-allowed")]
    [InlineData("", "http://api.example.com:8080/x", "api.example.com:8080", "api.example.com:8080", "not-allowed")]
    [InlineData("https://api.example.com", "http://API.example.com./x", "api.example.com", "api.example.com:80", "not-allowed")]
    [InlineData("", "http://10.0.0.5/", "10.0.0.5", "10.0.0.5:80", "not-allowed")]
    [InlineData("", "http://[fd12::5]/", "[fd12::5]", "[fd12::5]:80", "not-allowed")]
    [InlineData("*", "http://10.0.0.5/", "10.0.0.5", "10.0.0.5:80", "address-not-allowed")]
    [InlineData("*", "http://127.0.0.1:9/", "127.0.0.1", "127.0.0.1:9", "address-not-allowed")]
    [InlineData("*", "http://localhost:9/", "localhost", "localhost:9", "address-not-allowed")]
    [InlineData("169.0.0.0/8", "http://169.254.169.254/", "169.254.169.254", "169.254.169.254:80", "address-not-allowed")]
    public async Task RefusedCall_IsOneWarningWithTheEntryToAdd(string allowed, string url, string entry, string host, string reason)
    {
        await using var server = await StartAsync(allowed);

        using var response = await server.Client.GetAsync(new Uri("/run/outgoing/?url=" + Uri.EscapeDataString(url), UriKind.Relative));

        var id = response.Headers.GetValues("X-Request-ID").Single();
        var line = Assert.Single(server.Log.Lines, line => line.StartsWith("outgoing call to ", StringComparison.Ordinal));
        Assert.StartsWith($"outgoing call to {host} refused: ", line, StringComparison.Ordinal);
        Assert.Contains($"add \"{entry}\" to http_allowed", line, StringComparison.Ordinal);
        Assert.EndsWith($"({reason} module=outgoing id={id})", line, StringComparison.Ordinal);
        Assert.Equal(
            1,
            Exposition.Parse(
                await server.Client.GetStringAsync(
                    new Uri("/metrics", UriKind.Relative)))[$"mik_outgoing_refusals_total{{module=\"outgoing\",reason=\"{reason}\"}}"]);
    }

    [Fact]
    public async Task AllowedCall_ThatFails_IsNoRefusal()
    {
        await using var server = await StartAsync("127.0.0.1");

        (await server.Client.GetAsync(new Uri("/run/outgoing/?url=" + Uri.EscapeDataString("http://127.0.0.1:1/"), UriKind.Relative))).Dispose();

        Assert.DoesNotContain(server.Log.Lines, line => line.StartsWith("outgoing call to ", StringComparison.Ordinal));
        Assert.DoesNotContain(
            "mik_outgoing_refusals_total{", await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static Task<TestServer> StartAsync(string allowed) =>
        TestServer.StartAsync(module => new ModuleLoader(new MikServerOptions()).Load(module, CancellationToken.None), options => options with
        {
            Modules = [new ModuleConfig("outgoing", RepositoryRoot.Combine("guests", "outgoing", "outgoing.wasm"))],
            HttpAllowed = allowed.Length == 0 ? [] : [allowed],
        });
}
