using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mik.EndToEnd.Tests;

/// <summary>A server with guests of 0.3 that do more than answer at once.</summary>
public sealed class HandlerWaysServer : IAsyncLifetime
{
    private MikProcess? _mik;

    internal MikProcess Mik => _mik!;

    public HttpClient Client { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        _mik = await MikProcess.ServeAsync("p3/ways p3/sync", "--timeout", "300", "--http-allowed", "127.0.0.1");
        Client = _mik.NewClient();
        await Client.TextAsync("/run/ways/timers?n=1");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_mik is not null)
        {
            await _mik.DisposeAsync();
        }
    }
}

/// <summary>
/// Errors of handlers, bodies that end with one, work behind the response, requests of which the first is enough, and handlers that are no async ones
/// (<c>guests/p3/ways.c</c>, <c>sync.c</c>).
/// </summary>
public sealed class HandlerWaysTests(HandlerWaysServer server) : IClassFixture<HandlerWaysServer>
{
    [Theory]
    [InlineData(0, 504, "DNS-timeout")]
    [InlineData(1, 502, "DNS-error (rcode why, info-code 5)")]
    [InlineData(3, 503, "destination-unavailable")]
    [InlineData(14, 502, "TLS-alert-received (alert-id 42, alert-message why)")]
    [InlineData(15, 403, "HTTP-request-denied")]
    [InlineData(17, 413, "HTTP-request-body-size (123456789012)")]
    [InlineData(21, 431, "HTTP-request-header-section-size (77)")]
    [InlineData(22, 431, "HTTP-request-header-size (field-name why, field-size 9)")]
    [InlineData(30, 502, "HTTP-response-trailer-size (field-name why, field-size 9)")]
    [InlineData(31, 502, "HTTP-response-transfer-coding (why)")]
    [InlineData(36, 508, "loop-detected")]
    [InlineData(38, 500, "internal-error (why)")]
    public async Task Error_IsItsStatusAndSaysAllOfIt(int code, int status, string said)
    {
        foreach (var way in (string[])["error", "error-later"])
        {
            using var response = await server.Client.AskAsync($"/run/ways/{way}?n={code}");
            Assert.EndsWith($": {said}.", await response.ProblemAsync(status, "handler-error"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("body-error", 9)]
    [InlineData("no-contents", 10)]
    public async Task Trailers_ThatAreAnError_CutTheResponseAndTheGuestIsTold(string way, int code)
    {
        // A guest whose response is broken has a moment to end, which may be over too soon where others are busy.
        for (var attempt = 0; attempt < 20 && !server.Mik.Errors.Contains($"sent error {code}", StringComparison.Ordinal); attempt++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => server.Client.TextAsync($"/run/ways/{way}?n={code}"));
            await server.Client.TextAsync("/run/ways/timers?n=1");
        }

        await server.Mik.WroteAsync($"sent error {code}");
    }

    [Fact]
    public async Task Guest_ThatRunsOnBehindItsBrokenResponse_IsEnded()
    {
        // It would wait for an hour, and its deadline is five minutes away; the line of a request comes when its guest has ended.
        await Assert.ThrowsAnyAsync<Exception>(() => server.Client.TextAsync("/run/ways/broken-behind?n=9"));

        await server.Mik.WroteAsync("/run/ways/broken-behind?n=9");
    }

    [Fact]
    public async Task Trailers_ThatComeLaterThanTheBody_AreSent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/run/ways/late-trailers", UriKind.Relative));
        request.Headers.TE.ParseAdd("trailers");
        using var response = await server.Client.SendAsync(request);

        Assert.Equal("part", await response.Content.ReadAsStringAsync());
        Assert.Equal("1", Assert.Single(response.TrailingHeaders.GetValues("x-late")));
        Assert.Equal("", await server.Client.TextAsync("/run/ways/no-contents"));
        await server.Mik.WroteAsync("sent ok");
    }

    [Fact]
    public async Task Trailers_ThatNeverComeAndAreWaitedFor_AreADeadlock()
    {
        using var response = await server.Client.AskAsync("/run/ways/unwritten");
        Assert.Contains("deadlock detected", await response.ProblemAsync(500, "handler-error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_BehindTheResponse_IsDoneAndItsTrapCostsTheAnswerNothing()
    {
        Assert.Equal("answer\n", await server.Client.TextAsync("/run/ways/behind?n=100"));
        await server.Mik.WroteAsync("worked on");
        Assert.Equal("answer\n", await server.Client.TextAsync("/run/ways/behind-trap?n=1"));
        await server.Mik.WroteAsync("trap: unreachable, after its response");
    }

    [Fact]
    public async Task Body_WithoutEnd_EndsWithTheClientAndForHeadAtOnce()
    {
        await using (var body = await server.Client.GetStreamAsync(new Uri("/run/ways/until-gone?n=2", UriKind.Relative)))
        {
            await body.ReadExactlyAsync(new byte[1 << 20]);
        }

        // Whether the guest sees it or is ended is a race.
        await server.Mik.WroteAsync("until-gone?n=2");
        using var head = new HttpRequestMessage(HttpMethod.Head, new Uri("/run/ways/until-gone", UriKind.Relative));
        (await server.Client.SendAsync(head)).Dispose();
        await server.Mik.WroteAsync("\"gone\"");
    }

    [Theory]
    [InlineData("read")]
    [InlineData("unread")]
    [InlineData("no-good")]
    public async Task RequestBody_ReadOrNot_IsAnswered(string way)
    {
        using var content = new ByteArrayContent(new byte[3 << 20]);
        using var response = await server.Client.PostAsync(new Uri("/run/ways/" + way, UriKind.Relative), content);
        Assert.Equal(way == "read" ? "read\n" : "unread\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Timers_TakenBack_AreNoMatter() => Assert.Equal("timers\n", await server.Client.TextAsync("/run/ways/timers?n=20000"));

    [Fact]
    public async Task Requests_OfWhichTheFirstIsEnough_AreGivenUp()
    {
        const int Count = 8;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = server.Client.TextAsync($"/run/ways/fan/{listener.LocalEndpoint}?n={Count}");
        var waiting = new List<TcpClient>();
        try
        {
            TcpClient? answered = null;
            for (var i = 0; i < Count; i++)
            {
                var client = await listener.AcceptTcpClientAsync();
                var head = await ReadHeadAsync(client.GetStream());
                _ = head.StartsWith("GET /5 ", StringComparison.Ordinal) ? answered = client : null;
                waiting.Add(client);
            }

            await answered!.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            Assert.Equal($"first 5 cancelled {Count - 1} late 0 refused 0\n", await asked);
            foreach (var client in waiting)
            {
                if (client != answered)
                {
                    Assert.Equal(0, await EndOfAsync(client.GetStream()));
                }
            }
        }
        finally
        {
            waiting.ForEach(client => client.Dispose());
        }

        listener.Stop();
        Assert.Equal("first 32 cancelled 0 late 0 refused 3\n", await server.Client.TextAsync("/run/ways/fan/127.0.0.2:1?n=3"));
    }

    [Theory]
    [InlineData("upload", "upload 200 ok\n")]
    [InlineData("upload-error", "upload error 25\n")]
    public async Task Upload_EndsAsTheGuestSays(string way, string expected)
    {
        const int Pieces = 40;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = server.Client.TextAsync($"/run/ways/{way}/{listener.LocalEndpoint}?n={Pieces}");
        using var upstream = await listener.AcceptTcpClientAsync();
        var stream = upstream.GetStream();
        var body = await UploadedAsync(stream);
        Assert.Equal(way == "upload" ? Pieces << 16 : null, body);
        if (body is not null)
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }

        Assert.Equal(expected, await asked);
    }

    [Fact]
    public async Task Body_OfARequest_IsOnItsWayWhileTheGuestWaits()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = server.Client.TextAsync($"/run/ways/duplex/{listener.LocalEndpoint}");
        using var upstream = await listener.AcceptTcpClientAsync();
        var stream = upstream.GetStream();
        await ReadHeadAsync(stream);
        await ReadUntilAsync(stream, "3\r\none\r\n");
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        await ReadUntilAsync(stream, "3\r\ntwo\r\n");
        await stream.WriteAsync("3\r\nyes\r\n0\r\n\r\n"u8.ToArray());
        Assert.Equal("yes", await asked);
    }

    [Fact]
    public async Task Request_ThatIsPassedOn_HasABodyOnlyWhenItCameWithOne()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        foreach (var body in (string?[])[null, "body"])
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, new Uri($"/run/ways/forward/{listener.LocalEndpoint}", UriKind.Relative))
            { Content = body is null ? null : new StringContent(body) };
            var asked = server.Client.SendAsync(request);
            using var upstream = await listener.AcceptTcpClientAsync();
            var head = await ReadHeadAsync(upstream.GetStream());
            if (body is null)
            {
                Assert.DoesNotContain("Transfer-Encoding", head, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("Content-Length", head, StringComparison.OrdinalIgnoreCase);
            }
            else
            {
                await ReadUntilAsync(upstream.GetStream(), body);
            }

            await upstream.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
            using var answer = await asked;
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "", "sent ok\n")]
    [InlineData("garbage\r\n\r\n", "", "sent 33\n", "sent 34\n", "sent 35\n", "sent 37\n", "sent 38\n", "sent 8\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "?n=25", "sent 25\n")]
    public async Task Transmission_OfARequestWithoutBody_EndsAsItWent(string answer, string query, params string[] expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = server.Client.TextAsync($"/run/ways/sent/{listener.LocalEndpoint}{query}");
        if (query.Length == 0)
        {
            using var upstream = await listener.AcceptTcpClientAsync();
            await ReadHeadAsync(upstream.GetStream());
            await upstream.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
            Assert.Contains(await asked, expected);
        }

        Assert.Contains(await asked, expected);
    }

    [Fact]
    public async Task Body_OfAGuestThatYields_IsSentMeanwhile()
    {
        using var left = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var body = await server.Client.GetStreamAsync(new Uri("/run/ways/ticks?n=1000000", UriKind.Relative), left.Token);
        await body.ReadExactlyAsync(new byte[15], left.Token);
    }

    [Fact]
    public async Task Body_OfARequestThatIsAnsweredEarly_IsReadToItsEnd()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /run/ways/read-behind HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"u8.ToArray());
        await ReadUntilAsync(stream, "accepted\n");
        await stream.WriteAsync("4\r\ndefg\r\n0\r\n\r\n"u8.ToArray());
        await server.Mik.WroteAsync("read 7 ok");
    }

    [Fact]
    public async Task Handler_ThatIsNoAsyncOne_WaitsInsideItsCode()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => server.Client.AskAsync("/run/sync/?ms=200")));
        Assert.All(all, response => Assert.Equal(HttpStatusCode.NoContent, response.StatusCode));

        using var failed = await server.Client.AskAsync("/run/sync/?ms=0");
        Assert.Contains("HTTP-response-timeout", await failed.ProblemAsync(504, "handler-error"), StringComparison.Ordinal);
    }

    // What a connection that is given up ends with: an end, or a reset.
    private static async Task<int> EndOfAsync(NetworkStream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            return await stream.ReadAsync(new byte[1], limit.Token);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // The length of a request's body in chunks; null when it is cut.
    private static async Task<int?> UploadedAsync(NetworkStream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        Assert.StartsWith("POST /0 ", await reader.ReadLineAsync(limit.Token), StringComparison.Ordinal);
        while (await reader.ReadLineAsync(limit.Token) is { Length: > 0 })
        {
        }

        var length = 0;
        try
        {
            while (await reader.ReadLineAsync(limit.Token) is { Length: > 0 } size && Convert.ToInt32(size, 16) is var count)
            {
                var data = new char[count + 2];
                if (await reader.ReadBlockAsync(data, limit.Token) < data.Length)
                {
                    return null;
                }

                if (count == 0)
                {
                    return length;
                }

                length += count;
            }
        }
        catch (IOException)
        {
            // A reset ends it as well.
        }

        return null;
    }

    private static Task<string> ReadHeadAsync(NetworkStream stream) => ReadUntilAsync(stream, "\r\n\r\n");

    private static async Task<string> ReadUntilAsync(NetworkStream stream, string end)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var text = "";
        var buffer = new byte[1];
        while (!text.EndsWith(end, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, limit.Token);
            Assert.True(count > 0, $"the end came after: {text}");
            text += (char)buffer[0];
        }

        return text;
    }
}
