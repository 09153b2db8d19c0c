using Mik.AspNetCore.Execution;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Pipeline;

/// <summary>Clients that send or take slowly wait alone: what others need they do not hold.</summary>
public sealed class SlowClientTests
{
    // The guest that was let in waits for its client.
    private const string NoneAtWork = "mik_handlers_active{module=\"a\"} 0\n";

    private const string Chunked = "POST /run/a/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Fact]
    public async Task ChunkedBodies_ThatComeSlowly_HoldNoSlotOfTheModule()
    {
        using var reading = new SemaphoreSlim(0);
        await using var server = await StartAsync(
            (exchange, _, _) =>
            {
                if (exchange.Method == "POST")
                {
                    reading.Release();
                }

                Guests.Echo(exchange);
            },
            options => options with { MaxConcurrentRequests = 4, MaxPerModuleRequests = 1 });
        var slow = new List<RawClient>();
        for (var client = 0; client < 3; client++)
        {
            slow.Add(await RawClient.SendAsync(server, Chunked + "5\r\nhello\r\n"));
        }

        // One is read while it comes, the others wait until they are whole.
        await reading.WaitAsync();
        await WaitUntilAsync(server, NoneAtWork);
        for (var request = 0; request < 5; request++)
        {
            Assert.Equal("", await ModuleFolderTests.GetAsync(server, "/run/a/"));
        }

        foreach (var client in slow)
        {
            await client.SendAsync("6\r\n world\r\n0\r\n\r\n");
            var answer = await client.ReadToEndAsync();
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
            Assert.Contains("hello", answer, StringComparison.Ordinal);
            Assert.Contains(" world", answer, StringComparison.Ordinal);
            client.Dispose();
        }

        await WaitUntilIdleAsync(server);
        Assert.Equal("", await ModuleFolderTests.GetAsync(server, "/run/a/"));
    }

    [Fact]
    public async Task ChunkedBody_OfAClientThatWaitsForAnAnswer_IsReadWhileItComes()
    {
        await using var server = await StartAsync((exchange, _, _) => Guests.Echo(exchange));
        using var client = await RawClient.SendAsync(server, Chunked);
        for (var round = 0; round < 5; round++)
        {
            await client.SendAsync($"7\r\nround {round}\r\n");
            await client.ReadUntilAsync($"round {round}");
        }

        await client.SendAsync("0\r\n\r\n");
        Assert.EndsWith("0\r\n\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChunkedBody_FarLargerThanTheBuffer_Streams()
    {
        await using var server = await StartAsync((exchange, _, _) => Guests.Echo(exchange), options => options with { MaxPerModuleRequests = 1 });
        var data = new byte[5 << 20];
        Random.Shared.NextBytes(data);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri("/run/a/", UriKind.Relative))
        { Content = new StreamContent(new MemoryStream(data)) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await server.Client.SendAsync(request);

        Assert.Equal(data, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task LargeBodies_MoreThanAreReadWhileTheyCome_AreTurnedAwayAndOthersAreNot()
    {
        using var reading = new SemaphoreSlim(0);
        await using var server = await StartAsync(
            (exchange, _, _) =>
            {
                if (exchange.Method == "POST")
                {
                    reading.Release();
                }

                Guests.Echo(exchange);
            },
            options => options with { MaxPerModuleRequests = 1 });
        const int Length = 1_000_000;
        const int Sent = 100_000;
        var head = $"POST /run/a/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {Length}\r\n\r\n" + new string('x', Sent - 4) + "mark";
        using var first = await RawClient.SendAsync(server, head);
        await reading.WaitAsync();
        await first.ReadUntilAsync("mark");
        await WaitUntilAsync(server, NoneAtWork);

        using var second = await RawClient.SendAsync(server, head);
        Assert.Contains("waits for as many request bodies", await second.ReadUntilAsync("request_id"), StringComparison.Ordinal);
        Assert.Equal("", await ModuleFolderTests.GetAsync(server, "/run/a/"));

        var rest = first.SendAsync(new string('x', Length - Sent));
        Assert.EndsWith(new string('x', Length - Sent), await first.ReadToEndAsync(), StringComparison.Ordinal);
        await rest;
        await WaitUntilIdleAsync(server);
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("5\r\nhello_no_end")]
    [InlineData("fffffffffffffffff\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nx-t: a\0b\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nx-t: a\u001bb\r\n\r\n")]
    public async Task ChunkedBody_ThatIsNone_Is400(string body)
    {
        await using var server = await StartAsync((exchange, _, _) => Guests.Echo(exchange));

        var answer = await server.SendRawAsync(Chunked + body);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("urn:mik:error:invalid-request", answer, StringComparison.Ordinal);
        Assert.Contains("breaks the protocol", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientsThatLeaveWithTheirBodiesUnfinished_LeaveNothingBehind()
    {
        await using var server = await StartAsync((exchange, _, _) => Guests.Echo(exchange), options => options with { MaxPerModuleRequests = 2 });
        for (var client = 0; client < 6; client++)
        {
            using var leaving = await RawClient.SendAsync(server, Chunked + "5\r\nhello\r\n");
            if (client % 2 == 0)
            {
                await leaving.ReadUntilAsync("hello");
            }
        }

        await WaitUntilIdleAsync(server);
        using var duplex = await RawClient.SendAsync(server, Chunked + "5\r\nhello\r\n");
        await duplex.ReadUntilAsync("hello");
    }

    [Fact]
    public async Task FileThatIsReadSlowly_HoldsNoPermit()
    {
        using var folder = new TestFolder();
        const int Length = 32 << 20;
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "large"), new byte[Length]);
        await using var server = await StartAsync(
            (exchange, _, _) => Guests.Respond(exchange, "ok"),
            options => options with { StaticFolder = folder.Path, MaxConcurrentRequests = 1 });
        using var slow = await RawClient.SendAsync(server, "GET /static/large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        await slow.ReadUntilAsync("\r\n\r\n");

        Assert.Equal("ok", await ModuleFolderTests.GetAsync(server, "/run/a/"));
        Assert.Contains("\"active\":0", await ModuleFolderTests.GetAsync(server, "/health"), StringComparison.Ordinal);

        Assert.InRange((await slow.ReadToEndAsync()).Length, Length - 4096, Length);
    }

    private static Task WaitUntilIdleAsync(TestServer server) => WaitUntilAsync(server, "mik_requests_active 1\n", NoneAtWork);

    private static async Task WaitUntilAsync(TestServer server, params string[] lines)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string metrics;
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            metrics = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), limit.Token);
        }
        while (!lines.All(line => metrics.Contains(line, StringComparison.Ordinal)));
    }

    private static Task<TestServer> StartAsync(GuestHandler guest, Func<MikServerOptions, MikServerOptions>? change = null) => TestServer.StartAsync(
        _ => new ModuleModel(guest, 1, TimeSpan.Zero),
        options =>
        {
            options = options with { Modules = [new ModuleConfig("a", "a.wasm")] };
            return change?.Invoke(options) ?? options;
        });
}
