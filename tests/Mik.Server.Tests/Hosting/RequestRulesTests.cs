using System.Net;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Hosting;

/// <summary>What no client may send reaches no guest, by either protocol.</summary>
public sealed class RequestRulesTests
{
    [Theory]
    [InlineData("GET /run/guest/\u001bX HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest/?a=\u0007 HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest/a\u007fb HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest/a\tb HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET http://h/run/guest/\u0001 HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest/#a HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest#a HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest/?a#b HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET http://h/run/guest/#a HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET http://user@h/run/guest/ HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET http://user:secret@h/run/guest/?a@b HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: a\u001bb\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: a\u007f\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nUser-Agent: a\u0001\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: fine\r\nX-A: a\u0008\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: a\0b\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: a\rb\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: a\nX-B: b\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX\u0001A: b\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX(A): b\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: -0\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5,5\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5 5\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\0\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n")]
    public async Task Request_ThatNoClientMaySend_Is400(string head)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "reached"));

        var answer = await server.SendRawAsync(head + "Connection: close\r\n\r\nhello");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:mik:error:invalid-request", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("reached", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /run/guest/read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n", 400)]
    [InlineData("POST /run/guest/read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloo\r\n0\r\n\r\n", 400)]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000001\r\n\r\n", 413)]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000001\r\n\r\n", 413)]
    [InlineData("POST /run/none/ HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 40\r\n\r\n", 404)]
    [InlineData("POST /static/x HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nTransfer-Encoding: chunked\r\n\r\n", 404)]
    public async Task Refusal_BehindWhichNothingCanBeRead_SaysThatTheConnectionEnds(string request, int status)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Echo(exchange), options => options with { MaxBodyBytes = 1_000_000 });
        using var client = await RawClient.SendAsync(server, request);

        var head = await client.ReadUntilAsync("\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /run/guest/%1bX%7f%0a HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest/%23a?%23@://b@c HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET http://h/run/guest/a@b?c@d HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: a\tb\r\n")]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: \u00e9\u0080\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 000000000000000000000000000005\r\n")]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n")]
    public async Task Request_ThatIsOnlyUnusual_IsServed(string head)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "reached"));

        Assert.Contains("reached", await server.SendRawAsync(head + "Connection: close\r\n\r\nhello"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/run/guest/\u001b", "x-a", "fine")]
    [InlineData("/run/guest/a\u007f", "x-a", "fine")]
    [InlineData("/run/guest/#a", "x-a", "fine")]
    [InlineData("/run/guest/", "x-a", "a\u001bb")]
    [InlineData("/run/guest/", "x-a", "a\u007f")]
    [InlineData("/run/guest/", "transfer-encoding", "chunked")]
    [InlineData("/run/guest/", "keep-alive", "timeout=5")]
    [InlineData("/run/guest/", "proxy-connection", "keep-alive")]
    [InlineData("/run/guest/", "upgrade", "h2c")]
    public async Task Http2Request_ThatNoClientMaySend_Is400AndTheConnectionGoesOn(string path, string name, string value)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "reached"));
        using var client = await RawHttp2Client.ConnectAsync(server);

        await client.RequestAsync(1, "GET", path, (name, value));
        Assert.Equal(400, await client.ReadStatusAsync(1));
        await client.RequestAsync(3, "GET", "/run/guest/%1b", ("x-a", "a\tb"));
        Assert.Equal(200, await client.ReadStatusAsync(3));
    }

    [Theory]
    [InlineData("x-a", "a\0b")]
    [InlineData("x-a", "a\rb")]
    [InlineData("x-a", "a\nb")]
    [InlineData("content-length", "+0")]
    [InlineData("content-length", "-0")]
    [InlineData("connection", "close")]
    [InlineData("te", "gzip")]
    public async Task Http2Request_ThatKestrelRefuses_ReachesNoGuest(string name, string value)
    {
        var reached = false;
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            reached = true;
            Guests.Respond(exchange, "reached");
        });
        using var client = await RawHttp2Client.ConnectAsync(server);

        await client.RequestAsync(1, "GET", "/run/guest/", (name, value));

        Assert.Null(await client.ReadAsync(Http2Frame.Headers, 1));
        Assert.False(reached);
    }

    [Theory]
    [InlineData("CONNECT h:80 HTTP/1.1", "GET, HEAD, POST")]
    [InlineData("TRACE /run/guest/ HTTP/1.1", "GET, HEAD, POST")]
    [InlineData("CONNECT h:80 HTTP/1.0", "GET, HEAD, POST")]
    [InlineData("TRACE /health HTTP/1.1", "GET, HEAD\r\n")]
    public async Task Methods_ThatAreNeverAnswered_Are405(string line, string allow)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "reached"));

        var answer = await server.SendRawAsync(line + "\r\nHost: h:80\r\nConnection: close\r\n\r\n");

        Assert.Contains(" 405 ", answer.Split("\r\n")[0], StringComparison.Ordinal);
        Assert.Contains("Allow: " + allow, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("reached", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Http2Connect_PlainOrExtended_Is405(bool isExtended)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "reached"));
        using var client = await RawHttp2Client.ConnectAsync(server);

        var fields = isExtended
            ? RawHttp2Client.Fields((":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", "/run/guest/"), (":authority", "h"))
            : RawHttp2Client.Fields((":method", "CONNECT"), (":authority", "h:80"));
        await client.SendAsync(Http2Frame.Headers, flags: 0x5, 1, fields);

        Assert.Equal(405, await client.ReadStatusAsync(1));
    }

    [Fact]
    public async Task Trailer_WithAControlByte_ReachesNoGuest()
    {
        IReadOnlyList<KeyValuePair<string, byte[]>>? trailers = null;
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            Guests.Echo(exchange);
            trailers = exchange.RequestTrailers?.Invoke().ToArray();
        });

        const string Head = "POST /run/guest/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n";
        Assert.StartsWith("HTTP/1.1 400", await server.SendRawAsync(Head + "X-T: a\u001b\r\n\r\n"), StringComparison.Ordinal);
        Assert.Null(trailers);

        Assert.Contains("hi", await server.SendRawAsync(Head + "X-T: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("x-t", trailers!.Single().Key);
    }

    [Fact]
    public async Task Requests_BehindACutResponse_AreNotRun()
    {
        var behind = 0;
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            if (exchange.PathWithQuery == "/behind")
            {
                Interlocked.Increment(ref behind);
                return;
            }

            exchange.Response.Start(200, []);
            Guests.Write(exchange, "begun");
            throw new Mik.Wasm.Execution.Trap(Mik.Wasm.Execution.TrapKind.Unreachable, "unreachable");
        });
        const string Next = "GET /run/guest/behind HTTP/1.1\r\nHost: h\r\n\r\n";
        for (var round = 0; round < 4; round++)
        {
            using var client = await RawClient.SendAsync(server, "GET /run/guest/ HTTP/1.1\r\nHost: h\r\n\r\n" + Next + Next + Next);
            await client.WaitForEndAsync();
        }

        Assert.Equal(0, behind);
    }

    [Theory]
    [InlineData("Content-Length: 100000\r\n\r\nhalf")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n")]
    public async Task Guests_ThatBreakDownOverABodyThatIsBrokenOff_HaveNotFailed(string rest)
    {
        using var reading = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            if (exchange.Method == "GET")
            {
                Guests.Respond(exchange, "still here");
                return;
            }

            reading.Release();
            try
            {
                Guests.Echo(exchange);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                throw new Mik.Wasm.Execution.Trap(Mik.Wasm.Execution.TrapKind.Unreachable, "unreachable");
            }
        });
        for (var round = 0; round < 6; round++)
        {
            using var client = await RawClient.SendAsync(server, "POST /run/guest/ HTTP/1.1\r\nHost: h\r\n" + rest);
            if (!rest.Contains("zz", StringComparison.Ordinal) && rest.StartsWith("Transfer", StringComparison.Ordinal))
            {
                await reading.WaitAsync();
            }
        }

        Assert.Equal("still here", await ModuleFolderTests.GetAsync(server, "/run/guest/"));
    }

    [Theory]
    [InlineData("Content-Length: 2000\r\n\r\n" + "half", 413)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", 400)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7d0\r\n{2000}\r\n0\r\n\r\n", 413)]
    public async Task Guests_ThatAnswerABrokenBodyWithAnErrorCode_AreNotItsCause(string rest, int status)
    {
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) =>
            {
                try
                {
                    exchange.RequestBody.CopyToAsync(Stream.Null).GetAwaiter().GetResult();
                    Guests.Respond(exchange, "whole");
                }
                catch (Exception exception) when (exception is IOException or OperationCanceledException)
                {
                    exchange.Response.Fail(Mik.Wasi.Http.Types.ErrorCode.Of("HTTP-protocol-error"));
                }
            },
            options => options with { MaxBodyBytes = 1000 });

        var answer = await server.SendRawAsync(
            "POST /run/guest/ HTTP/1.1\r\nHost: h\r\n" + rest.Replace("{2000}", new string('x', 2000), StringComparison.Ordinal));

        Assert.Equal(status, Framing.Http1Message.Read(answer, "POST").Status);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_OfTheCaller_IsKeptIfSane()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));
        using var sane = await GetAsync(server, "caller-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        Assert.Equal("caller-1", sane.Headers.GetValues("X-Request-ID").Single());
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", sane.Headers.GetValues("traceparent").Single(), StringComparison.Ordinal);

        using var insane = await GetAsync(server, "a\"b", "00-00000000000000000000000000000000-b7ad6b7169203331-01");
        Assert.Matches("^[0-9a-f]{32}$", insane.Headers.GetValues("X-Request-ID").Single());
        Assert.DoesNotContain("00000000000000000000000000000000", insane.Headers.GetValues("traceparent").Single(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> GetAsync(TestServer server, string id, string trace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/run/guest/", UriKind.Relative)) { Version = HttpVersion.Version11 };
        request.Headers.TryAddWithoutValidation("X-Request-ID", id);
        request.Headers.TryAddWithoutValidation("traceparent", trace);
        return await server.Client.SendAsync(request);
    }
}
