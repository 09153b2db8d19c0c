using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mik.Server.Hosting;
using Mik.Server.Tests.Modules;
using Mik.Wasi.Http;

namespace Mik.Server.Tests;

public sealed class MikServerTests
{
    [Fact]
    public async Task Health_WhileServing_IsOkWithFigures()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));
        await server.Client.GetStringAsync(new Uri("/run/guest/", UriKind.Relative));

        var health = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/health", UriKind.Relative))).RootElement;

        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal("0.1.0", health.GetProperty("version").GetString());
        Assert.Equal(1, health.GetProperty("modules").GetProperty("loaded").GetInt32());
        Assert.Equal(1, health.GetProperty("requests").GetProperty("total").GetInt32());
        Assert.Equal(0, health.GetProperty("requests").GetProperty("active").GetInt32());
    }

    [Theory]
    [InlineData("/nothing", 404, "not-found")]
    [InlineData("/run/other/", 404, "module-not-found")]
    [InlineData("/run/%2e%2e%2f/", 400, "invalid-request")]
    public async Task Request_ToNowhere_IsAProblem(string path, int status, string slug)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));

        await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri(server.Address, path)), status, slug);
    }

    [Fact]
    public async Task Http2_ByPriorKnowledge_IsSpokenOnTheSamePort()
    {
        HttpExchange? seen = null;
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            seen = exchange;
            Guests.Echo(exchange);
            exchange.Response.Trailers([Guests.Header("x-sum", "7")]);
        });
        var body = new byte[300_000];
        Random.Shared.NextBytes(body);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/run/guest/a%2Fb?c")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        var response = await server.Client.SendAsync(request);

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("7", response.TrailingHeaders.GetValues("x-sum").Single());
        Assert.Equal("/a%2Fb?c", seen!.PathWithQuery);
        Assert.Equal("http", seen.Scheme);
        Assert.Equal(server.Address.Authority, seen.Authority);
        Assert.Equal(HttpVersion.Version11, (await server.Client.GetAsync(new Uri("/health", UriKind.Relative))).Version);
    }

    [Theory]
    [InlineData("P")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    public async Task StopAsync_ClientThatBeganAndFellSilent_DoesNotDelay(string begun)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await socket.SendAsync(Encoding.ASCII.GetBytes(begun));
        await server.Client.GetStringAsync(new Uri("/health", UriKind.Relative));

        Assert.True(await server.Server.StopAsync().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Request_InPieces_IsServed()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        foreach (var piece in (string[])["P", "O", "ST /run/guest/ HT", "TP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"])
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(piece));
            await server.Client.GetStringAsync(new Uri("/health", UriKind.Relative));
        }

        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 200 OK", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_IsNotEchoed()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));
        using var request = new HttpRequestMessage(HttpMethod.Trace, "/run/guest/");
        request.Headers.Add("X-Secret", "s3cret");

        var body = await ComponentHandlerTests.AssertProblemAsync(await server.Client.SendAsync(request), 405, "method-not-allowed");

        Assert.DoesNotContain("s3cret", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /run/../../etc/passwd HTTP/1.1")]
    [InlineData("GET /run/%00/ HTTP/1.1")]
    [InlineData("GET /run/a%0d%0aSet-Cookie:x/ HTTP/1.1")]
    [InlineData("GET /run/a\u0001b/ HTTP/1.1")]
    [InlineData("GET /run/..%5c..%5c/ HTTP/1.1")]
    [InlineData("GET /run/CON/ HTTP/1.1")]
    [InlineData("OPTIONS * HTTP/1.1")]
    public async Task Request_WithAHostileTarget_Is400Or404(string requestLine)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "reached"));

        var response = await server.SendRawAsync(requestLine + "\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|404) ", response);
        Assert.DoesNotContain("reached", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_RequestsInFlight_FinishFirst()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            entered.Release();
            release.Wait();
            Guests.Respond(exchange, "finished");
        });
        var slow = server.Client.GetStringAsync(new Uri("/run/guest/", UriKind.Relative));
        await entered.WaitAsync();

        var stopping = server.Server.StopAsync();
        using var other = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => other.GetAsync(new Uri(server.Address, "/health")));
        release.Release();

        Assert.Equal("finished", await slow);
        Assert.True(await stopping);
    }

    [Fact]
    public async Task StopAsync_RequestThatTakesTooLong_IsCut()
    {
        using var entered = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync(
            (_, context, _) =>
            {
                entered.Release();
                context.CancellationToken.WaitHandle.WaitOne();
            },
            options => options with { ShutdownTimeout = TimeSpan.FromMilliseconds(50) });
        var slow = server.Client.GetStringAsync(new Uri("/run/guest/", UriKind.Relative));
        await entered.WaitAsync();

        Assert.False(await server.Server.StopAsync());

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("*")]
    public async Task StartAsync_HostNamesAndAddresses_Listen(string host)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"), options => options with { Host = host });

        var address = host == "*" ? new Uri($"http://127.0.0.1:{server.Address.Port}") : server.Address;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri(address, "/health"))).StatusCode);
    }

    [Fact]
    public async Task StartAsync_PortInUse_SaysSo()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));

        var exception = await Assert.ThrowsAsync<ListenException>(() => TestServer.StartAsync(
            (exchange, _, _) => Guests.Respond(exchange, "ok"), options => options with { Port = server.Address.Port }));

        Assert.Contains("in use", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_UnknownHost_SaysSo()
    {
        var exception = await Assert.ThrowsAsync<ListenException>(() => TestServer.StartAsync(
            (exchange, _, _) => Guests.Respond(exchange, "ok"), options => options with { Host = "no-such-host.invalid" }));

        Assert.Contains("does not resolve", exception.Message, StringComparison.Ordinal);
    }
}
