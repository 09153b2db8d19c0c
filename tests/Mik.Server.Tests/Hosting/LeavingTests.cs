using Mik.Server.Modules;

namespace Mik.Server.Tests.Hosting;

/// <summary>A server that stops tells its clients before it closes their connections.</summary>
public sealed class LeavingTests
{
    private const string KeepAlive = "GET /run/guest/ HTTP/1.1\r\nHost: h\r\n\r\n";

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task IdleKeepAliveClient_IsToldByItsNextAnswer()
    {
        // A busy machine may take more than the moment that clients have.
        await using var server = await StartAsync(lastWord: TimeSpan.FromSeconds(60));
        using var client = await RawClient.SendAsync(server, KeepAlive);
        Assert.DoesNotContain("Connection: close", await client.ReadUntilAsync("served"), StringComparison.Ordinal);

        var stopping = server.Server.StopAsync();
        await client.SendAsync(KeepAlive);
        var answer = await client.ReadToEndAsync();

        Assert.Contains("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.True(await stopping);
    }

    [Fact]
    public async Task HalfAHead_IsNoRequestToWaitFor()
    {
        await using var server = await StartAsync();
        using var client = await RawClient.SendAsync(server, "GET /run/guest/ HTTP/1.1\r\nHost: h\r\n");

        Assert.True(await server.Server.StopAsync());
    }

    [Theory]
    [InlineData("/nothing", 404)]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 503)]
    [InlineData("/run/guest/", 200)]
    public async Task DuringTheDelay_EveryAnswerSaysSoAndNewConnectionsAreTaken(string path, int status)
    {
        await using var server = await StartAsync(TimeSpan.FromMinutes(1));
        var stopping = server.Server.StopAsync();

        for (var round = 0; round < 3; round++)
        {
            using var client = await RawClient.SendAsync(server, $"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
            var answer = await client.ReadToEndAsync();
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        }

        Assert.False(stopping.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await stopping);
        using var other = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => other.GetAsync(new Uri(server.Address, "/health")));
    }

    [Fact]
    public async Task AnswerUnderWay_SaysSo()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var server = await StartAsync(TimeSpan.FromMinutes(1), () =>
        {
            entered.Release();
            release.Wait();
        });
        using var client = await RawClient.SendAsync(server, KeepAlive);
        await entered.WaitAsync();

        var stopping = server.Server.StopAsync();
        release.Release();

        Assert.Contains("\r\nConnection: close\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await stopping);
    }

    [Fact]
    public async Task GuestRunsBehindItsAnswer_ClientIsToldByItsNextAnswer()
    {
        using var release = new SemaphoreSlim(0);
        await using var server = await StartAsync(TimeSpan.FromMinutes(1), behindAnswer: release.Wait);
        using var client = await RawClient.SendAsync(server, KeepAlive);
        Assert.DoesNotContain("Connection: close", await client.ReadUntilAsync("served"), StringComparison.Ordinal);

        var stopping = server.Server.StopAsync();
        release.Release(2);
        await client.SendAsync(KeepAlive);
        var answer = await client.ReadToEndAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.True(await stopping);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task Http2Client_GetsAGoAway(int delaySeconds)
    {
        await using var server = await StartAsync(TimeSpan.FromSeconds(delaySeconds));
        using var client = await RawHttp2Client.ConnectAsync(server);
        await client.RequestAsync(1, "GET", "/run/guest/");
        Assert.Equal(200, await client.ReadStatusAsync(1));

        var stopping = server.Server.StopAsync();

        Assert.NotNull(await client.ReadAsync(Http2Frame.GoAway, 0));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await stopping);
    }

    [Fact]
    public async Task ClientThatStaysSilent_IsClosedAfterAMoment()
    {
        await using var server = await StartAsync();
        using var client = await RawClient.SendAsync(server, KeepAlive);
        await client.ReadUntilAsync("served");

        var stopping = server.Server.StopAsync();
        while (!stopping.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(await stopping);
        await client.WaitForEndAsync();
    }

    private Task<TestServer> StartAsync(
        TimeSpan delay = default, Action? inGuest = null, Action? behindAnswer = null, TimeSpan? lastWord = null) => TestServer.StartAsync(
        _ => new ModuleModel(
            (exchange, _, _) =>
            {
                inGuest?.Invoke();
                Guests.Respond(exchange, "served");
                behindAnswer?.Invoke();
            },
            1,
            TimeSpan.Zero),
        options => options with { ShutdownDelay = delay },
        _clock,
        lastWord);
}
