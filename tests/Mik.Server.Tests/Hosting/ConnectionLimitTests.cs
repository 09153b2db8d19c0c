using System.Net.Sockets;
using System.Text.Json;
using Mik.Server.Modules;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Hosting;

/// <summary>There are as many connections as may be; who asks for nothing keeps nobody out.</summary>
public sealed class ConnectionLimitTests
{
    private const string KeepAlive = "GET /run/guest/ HTTP/1.1\r\nHost: h\r\n\r\n";

    [Fact]
    public async Task Connection_AboveTheLimit_IsAnsweredWith503AndTheOthersGoOn()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) =>
            {
                entered.Release();
                release.Wait();
                Guests.Respond(exchange, "served");
            },
            options => options with { MaxConnections = 2 });
        using var first = await RawClient.SendAsync(server, KeepAlive);
        using var second = await RawClient.SendAsync(server, KeepAlive);
        await entered.WaitAsync();
        await entered.WaitAsync();

        using var third = await RawClient.SendAsync(server, "");
        var answer = await third.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 1\r\n", answer, StringComparison.Ordinal);
        var problem = JsonDocument.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;
        Assert.Equal("urn:mik:error:overloaded", problem.GetProperty("type").GetString());
        Assert.Contains($"\r\nX-Request-ID: {problem.GetProperty("request_id").GetString()}\r\n", answer, StringComparison.Ordinal);
        await server.Log.WaitForAsync("overloaded: The server already has 2 connections");
        release.Release(2);
        await first.ReadUntilAsync("served");
        await second.ReadUntilAsync("served");
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-Half")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData(KeepAlive)]
    public async Task Connections_ThatAreIdle_MakeRoomForOthers(string begun)
    {
        var clock = new ManualClock();
        await using var server = await TestServer.StartAsync(
            _ => new ModuleModel((exchange, _, _) => Guests.Respond(exchange, "served"), 1, TimeSpan.Zero), options => options with { MaxConnections = 4 },
            clock);
        var idle = new List<RawClient>();
        for (var client = 0; client < 4; client++)
        {
            idle.Add(await RawClient.SendAsync(server, begun));
            await (begun == KeepAlive ? idle[^1].ReadUntilAsync("served") : Task.CompletedTask);
        }

        // The last of them has its place by the time that it is refused one more.
        Assert.Contains(" 503 ", await server.SendRawAsync(KeepAlive), StringComparison.Ordinal);
        for (var client = 0; client < 8; client++)
        {
            string answer;
            do
            {
                clock.Advance(TimeSpan.FromSeconds(11));
                answer = await server.SendRawAsync("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            }
            while (answer.Contains(" 503 ", StringComparison.Ordinal));
            Assert.EndsWith("served", answer.TrimEnd('\r', '\n', '0'), StringComparison.Ordinal);
        }

        idle.ForEach(client => client.Dispose());
        Assert.Contains("mik_connections_limit 4\n", await ModuleFolderTests.GetAsync(server, "/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_ThatEnd_GiveTheirPlacesBack()
    {
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) => Guests.Respond(exchange, "served"), options => options with { MaxConnections = 1 });
        for (var client = 0; client < 50; client++)
        {
            string answer;
            do
            {
                answer = await AskAsync(server);
            }
            while (answer.Contains(" 503 ", StringComparison.Ordinal));
        }
    }

    // One that is turned away may be reset before it has connected.
    private static async Task<string> AskAsync(TestServer server)
    {
        try
        {
            return await server.SendRawAsync("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        }
        catch (SocketException)
        {
            return " 503 ";
        }
    }
}
