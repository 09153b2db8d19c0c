using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mik.Server.Modules;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Server.Tests.Modules;

public sealed class ComponentHandlerTests
{
    [Fact]
    public async Task Request_AnyMethodPathAndHeaders_ReachTheGuestUntouched()
    {
        HttpExchange? seen = null;
        KeyValuePair<string, byte[]>[] fields = [];
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            seen = exchange;
            fields = [.. exchange.RequestHeaders];
            Guests.Respond(exchange, "ok");
        });

        var response = await server.SendRawAsync(
            "BREW /run/guest//a%2Fb/../c/?q=%20&r HTTP/1.1\r\nHost: h:1\r\nX-Bytes: \xe9\xff\r\nX-Two: a\r\nX-Two: b\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", response, StringComparison.Ordinal);
        Assert.Equal("BREW", seen!.Method);
        Assert.Equal("//a%2Fb/../c/?q=%20&r", seen.PathWithQuery);
        Assert.Equal("h:1", seen.Authority);
        Assert.Equal("http", seen.Scheme);
        Assert.Contains(fields, header => header.Key == "x-bytes" && header.Value.AsSpan().SequenceEqual((byte[])[0xe9, 0xff]));
        Assert.Equal(2, fields.Count(header => header.Key == "x-two"));
    }

    [Fact]
    public async Task Response_StatusHeadersAndBody_ReachTheClient()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(
            exchange, "body", 418, Guests.Header("x-one", "1"), Guests.Header("x-one", "2"), Guests.Header("transfer-encoding", "chunked"),
            Guests.Header("x-bytes", "\u00e9")));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/run/guest/");
        request.Headers.Add("X-Request-ID", "mine");
        var response = await server.Client.SendAsync(request);

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal("body", await response.Content.ReadAsStringAsync());
        Assert.Equal(["1", "2"], response.Headers.GetValues("x-one"));
        Assert.Equal("mine", response.Headers.GetValues("X-Request-ID").Single());
        Assert.Equal("guest", response.Headers.GetValues("X-Mik-Handler").Single());
        Assert.True(double.Parse(response.Headers.GetValues("X-Mik-Duration-Ms").Single(), System.Globalization.CultureInfo.InvariantCulture) >= 0);
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", response.Headers.GetValues("traceparent").Single());
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task Response_ThatMayHaveNoBody_DropsWhatTheGuestWrites(string method, int status)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, new string('x', 10_000), status));

        using var request = new HttpRequestMessage(new HttpMethod(method), "/run/guest/");
        var response = await server.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Response_Chunks_ArriveWhenWritten()
    {
        using var next = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            exchange.Response.Start(200, []);
            for (var chunk = 0; chunk < 3; chunk++)
            {
                Guests.Write(exchange, $"chunk{chunk}");
                next.Wait();
            }

        });

        await using var body = await server.Client.GetStreamAsync(new Uri("/run/guest/", UriKind.Relative));
        var buffer = new byte[6];
        for (var chunk = 0; chunk < 3; chunk++)
        {
            await body.ReadExactlyAsync(buffer);
            Assert.Equal($"chunk{chunk}", Encoding.ASCII.GetString(buffer));
            next.Release();
        }

        Assert.Equal(0, await body.ReadAsync(buffer));
    }

    [Fact]
    public async Task Response_Trailers_AreSent()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            exchange.Response.Start(200, []);
            Guests.Write(exchange, "x");
            exchange.Response.Trailers([Guests.Header("x-sum", "7")]);
        });

        using var request = new HttpRequestMessage(HttpMethod.Get, "/run/guest/");
        request.Headers.TE.ParseAdd("trailers");
        var response = await server.Client.SendAsync(request);

        Assert.Equal("x", await response.Content.ReadAsStringAsync());
        Assert.Equal("7", response.TrailingHeaders.GetValues("x-sum").Single());
    }

    [Fact]
    public async Task Echo_LargeBody_StreamsBothWays()
    {
        const int Megabytes = 64;
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Echo(exchange), options => options with { MaxBodyBytes = 1L << 30 });
        var data = new byte[1 << 20];
        Random.Shared.NextBytes(data);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await using var stream = new NetworkStream(socket);

        var sending = Task.Run(async () =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: {Megabytes << 20}\r\n\r\n"));
            for (var count = 0; count < Megabytes; count++)
            {
                await stream.WriteAsync(data);
            }
        });
        await ReadHeadAsync(stream);
        var buffer = new byte[1 << 20];
        for (var count = 0; count < Megabytes; count++)
        {
            await stream.ReadExactlyAsync(buffer);
            Assert.True(buffer.AsSpan().SequenceEqual(data));
        }

        await sending;
    }

    [Fact]
    public async Task Deadline_GuestWaits_Is504()
    {
        await using var server = await TestServer.StartAsync(
            (_, context, _) =>
            {
                context.CancellationToken.WaitHandle.WaitOne();
                throw new Trap(TrapKind.Interrupted);
            },
            options => options with { ExecutionTimeout = TimeSpan.FromMilliseconds(50) });

        await AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative)), 504, "timeout");
    }

    [Fact]
    public async Task Deadline_LoadTakesTooLong_Is504()
    {
        using var release = new ManualResetEventSlim();
        await using var server = await TestServer.StartAsync(
            _ =>
            {
                release.Wait();
                return new ModuleModel((_, _, _) => { }, 1, TimeSpan.Zero);
            },
            options => options with { ExecutionTimeout = TimeSpan.FromMilliseconds(50) });

        await AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative)), 504, "timeout");
        release.Set();
    }

    [Fact]
    public async Task Body_AnnouncedAboveTheLimit_Is413()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Echo(exchange), options => options with { MaxBodyBytes = 100 });
        using var content = new ByteArrayContent(new byte[101]);

        await AssertProblemAsync(await server.Client.PostAsync(new Uri("/run/guest/", UriKind.Relative), content), 413, "payload-too-large");
    }

    [Fact]
    public async Task Body_GrowsAboveTheLimitBeforeTheResponse_Is413()
    {
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) =>
            {
                while (true)
                {
                    var read = exchange.RequestBody.ReadAsync().AsTask().GetAwaiter().GetResult();
                    exchange.RequestBody.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted)
                    {
                        return;
                    }
                }
            },
            options => options with { MaxBodyBytes = 100 });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/run/guest/") { Content = new RepeatedContent(new byte[200], 1) };

        await AssertProblemAsync(await server.Client.SendAsync(request), 413, "payload-too-large");
    }

    public static TheoryData<string, int, string, string> Failures => new()
    {
        { "trap", 500, "handler-error", "unreachable" },
        { "memory", 500, "handler-error", "LimitExceeded" },
        { "nothing", 500, "handler-error", "without a response" },
        { "fault", 500, "internal-error", "request id" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Guest_Fails_IsAProblemAndTheServerLives(string how, int status, string slug, string detail)
    {
        await using var server = await TestServer.StartAsync((_, _, _) =>
        {
            switch (how)
            {
                case "trap": throw new Trap(TrapKind.Unreachable);
                case "memory": throw new Trap(TrapKind.LimitExceeded);
                case "fault": throw new InvalidOperationException("secret");
            }
        });

        var response = await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));

        Assert.Equal("guest", response.Headers.GetValues("X-Mik-Handler").Single());
        var body = await AssertProblemAsync(response, status, slug);
        Assert.Contains(detail, body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Guest_FailsAfterTheResponseBegan_CutsTheConnection(bool trap)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            exchange.Response.Start(200, []);
            Guests.Write(exchange, "half");
            throw trap ? new Trap(TrapKind.Unreachable) : new IncompleteBodyException();
        });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.GetStringAsync(new Uri("/run/guest/", UriKind.Relative)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not flushed")]
    public async Task Guest_FailsBeforeAnythingWasSent_IsAProblem(string written)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            exchange.Response.Start(201, [Guests.Header("x-guest", "1"), Guests.Header("content-length", "100")]);
            Encoding.ASCII.GetBytes(written).CopyTo(exchange.Response.Body.GetMemory(100));
            exchange.Response.Body.Advance(written.Length);
            throw new Trap(TrapKind.Unreachable);
        });

        var response = await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));

        Assert.False(response.Headers.Contains("x-guest"));
        await AssertProblemAsync(response, 500, "handler-error");
    }

    [Theory]
    [InlineData("DNS-error", 0, "DNS-error (rcode NXDOMAIN, info-code 5).")]
    [InlineData("DNS-error", 1, "DNS-error.")]
    [InlineData("TLS-alert-received", 2, "TLS-alert-received (alert-id 40).")]
    [InlineData("HTTP-response-header-size", 3, "HTTP-response-header-size (field-name x-a, field-size 9).")]
    [InlineData("HTTP-request-body-size", 4, "HTTP-request-body-size (7).")]
    [InlineData("internal-error", 5, "internal-error (why).")]
    public async Task ErrorOfTheGuest_WithAPayload_IsToldInWords(string name, int payload, string expected)
    {
        object?[] payloads =
            [new DnsErrorPayload("NXDOMAIN", 5), new DnsErrorPayload(null, null), new TlsAlertReceivedPayload(40, null), new FieldSizePayload("x-a", 9), 7UL,
                "why"];
        await using var server = await TestServer.StartAsync((exchange, _, _) => exchange.Response.Fail(ErrorCode.Of(name, payloads[payload])));

        var response = await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));

        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.EndsWith(expected, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guest_AnswersWithAnErrorCode_HasItsStatus()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => exchange.Response.Fail(ErrorCode.Of("connection-timeout")));

        var body = await AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative)), 504, "handler-error");

        Assert.Contains("connection-timeout", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guest_LeavesAReadUnfinished_TheConnectionGoesOn()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            _ = exchange.RequestBody.ReadAsync().AsTask();
            Guests.Respond(exchange, "early");
        });
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await using var stream = new NetworkStream(socket);

        for (var request = 0; request < 3; request++)
        {
            await stream.WriteAsync("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
            await ReadHeadAsync(stream);
            await stream.ReadExactlyAsync(new byte["early".Length]);
            await stream.WriteAsync("4\r\nbody\r\n0\r\n\r\n"u8.ToArray());
        }
    }

    [Fact]
    public async Task Client_GoesAway_StopsItsGuest()
    {
        var stopped = new TaskCompletionSource();
        using var entered = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync((_, context, _) =>
        {
            entered.Release();
            context.CancellationToken.WaitHandle.WaitOne();
            stopped.SetResult();
            throw new Trap(TrapKind.Interrupted);
        });

        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET /run/guest/ HTTP/1.1\r\nHost: h\r\n\r\n"));
            await entered.WaitAsync();
        }

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Module_ThatCannotBeLoaded_Is502()
    {
        await using var server = await TestServer.StartAsync(module => throw new ModuleLoadException(module, "it is a core module"));

        var body = await AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative)), 502, "module-invalid");

        Assert.Contains("it is a core module", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Module_AtItsLimit_Is429AtOnceWithRetryAfter()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) =>
            {
                entered.Release();
                release.Wait();
                Guests.Respond(exchange, "ok");
            },
            options => options with { MaxPerModuleRequests = 1 });
        var first = server.Client.GetStringAsync(new Uri("/run/guest/", UriKind.Relative));
        await entered.WaitAsync();

        var refused = await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));
        release.Release();

        Assert.NotNull(refused.Headers.RetryAfter);
        await AssertProblemAsync(refused, 429, "rate-limited");
        Assert.Equal("ok", await first);
    }

    private static async Task ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }
    }

    internal static async Task<string> AssertProblemAsync(HttpResponseMessage response, int status, string slug)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        var body = JsonDocument.Parse(text).RootElement;
        Assert.Equal("urn:mik:error:" + slug, body.GetProperty("type").GetString());
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.NotEmpty(body.GetProperty("title").GetString()!);
        Assert.NotEmpty(body.GetProperty("detail").GetString()!);
        Assert.Equal(response.Headers.GetValues("X-Request-ID").Single(), body.GetProperty("request_id").GetString());
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", response.Headers.GetValues("traceparent").Single());
        return text;
    }

    /// <summary>A body of unknown length: some bytes again and again.</summary>
    private sealed class RepeatedContent(byte[] data, int times) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var count = 0; count < times; count++)
            {
                await stream.WriteAsync(data);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
