using System.Net;

using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Hosting;

public sealed class DrainingTests
{
    [Theory]
    [InlineData("/run/guest/")]
    [InlineData("/static/file")]
    public async Task Request_WhileDraining_IsRefusedAndTheConnectionCloses(string path)
    {
        using var folder = new TestFolder();
        folder.Write("file", "text");
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) => Guests.Respond(exchange, "ok"), options => options with { StaticFolder = folder.Path });
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);

        server.Server.Drain();
        var refused = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        var ready = await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var live = await server.Client.GetAsync(new Uri("/health/live", UriKind.Relative));
        var health = await server.Client.GetAsync(new Uri("/health", UriKind.Relative));

        await ComponentHandlerTests.AssertProblemAsync(refused, 503, "shutting-down");
        Assert.True(refused.Headers.ConnectionClose);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Contains("\"status\":\"draining\"", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
