using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mik.AspNetCore.Execution;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Problems;
using Mik.Server.Tests.Modules;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;


namespace Mik.Server.Tests.Pipeline;

/// <summary>Limits and circuit breakers as a client meets them.</summary>
public sealed class LimitsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Server_Full_Is503AtOnceAndModulesAreNamedByTheirOwnLimit()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var server = await StartAsync(
            (exchange, _, _) =>
            {
                entered.Release();
                release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
                Guests.Respond(exchange, "ok");
            },
            options => options with { MaxConcurrentRequests = 3, MaxPerModuleRequests = 2 });
        var held = new List<Task<HttpResponseMessage>> { GetAsync(server, "/run/a/"), GetAsync(server, "/run/a/") };
        await entered.WaitAsync();
        await entered.WaitAsync();

        var limited = await GetAsync(server, "/run/a/");
        await ComponentHandlerTests.AssertProblemAsync(limited, 429, "rate-limited");
        Assert.Equal("1", limited.Headers.GetValues("Retry-After").Single());

        held.Add(GetAsync(server, "/run/b/"));
        await entered.WaitAsync();
        var overloaded = await GetAsync(server, "/run/b/");
        await ComponentHandlerTests.AssertProblemAsync(overloaded, 503, "overloaded");
        Assert.Equal("1", overloaded.Headers.GetValues("Retry-After").Single());
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/health")).StatusCode);

        release.Release(4);
        Assert.All(await Task.WhenAll(held), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));

        // A place is given back a moment after the answer, before the line in the log.
        await server.Log.WaitForLineAsync(_ => server.Log.Lines.Count(
            line => line.Contains("/run/", StringComparison.Ordinal) && line.Contains(" 200 ", StringComparison.Ordinal)) == 3);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/run/a/")).StatusCode);
        var metrics = await ModuleFolderTests.GetAsync(server, "/metrics");
        Assert.Contains("mik_rejections_total{route=\"module\",module=\"a\",reason=\"rate-limited\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_rejections_total{route=\"module\",module=\"b\",reason=\"overloaded\"} 1", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/run/a/", "rate-limited", "a", 429, "1")]
    [InlineData("/run/b/", "overloaded", "-", 503, "1")]
    [InlineData("/run/c/", "circuit-open", "c", 503, "30")]
    public async Task Flood_OfRefusals_IsAnsweredAlikeAndSummedInTheLog(string path, string slug, string module, int status, string retryAfter)
    {
        var clock = new TimerClock();
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        await using var server = await StartAsync(
            (exchange, _, _) =>
            {
                if (exchange.PathWithQuery == "/trap")
                {
                    throw new Trap(TrapKind.Unreachable, "unreachable");
                }

                entered.Release();
                release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
                Guests.Respond(exchange, "ok");
            },
            options => options with
            {
                Modules = [.. options.Modules, new ModuleConfig("c", "c.wasm")],
                MaxConcurrentRequests = slug == "overloaded" ? 2 : 3,
                MaxPerModuleRequests = 2,
            },
            clock);
        for (var failure = 0; slug == "circuit-open" && failure < 5; failure++)
        {
            (await GetAsync(server, "/run/c/trap")).Dispose();
        }

        Task<HttpResponseMessage>[] held = [GetAsync(server, "/run/a/"), GetAsync(server, "/run/a/")];
        await entered.WaitAsync();
        await entered.WaitAsync();

        const int Count = 50;
        var details = new List<string>();
        for (var request = 0; request < Count; request++)
        {
            using var message = new HttpRequestMessage(request % 2 == 0 ? HttpMethod.Get : HttpMethod.Post, path);
            message.Version = request % 3 == 0 ? HttpVersion.Version20 : HttpVersion.Version11;
            message.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            message.Headers.Add("X-Request-ID", "flood-" + request.ToString(CultureInfo.InvariantCulture));
            message.Content = request % 2 == 0 ? null : new StringContent("body");
            var answer = await server.Client.SendAsync(message);
            var text = await ComponentHandlerTests.AssertProblemAsync(answer, status, slug);
            details.Add(JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString()!);
            Assert.Equal("flood-" + request.ToString(CultureInfo.InvariantCulture), answer.Headers.GetValues("X-Request-ID").Single());
            Assert.Equal(retryAfter, answer.Headers.GetValues("Retry-After").Single());
            Assert.Equal(path[5..^1], answer.Headers.GetValues("X-Mik-Handler").Single());
            Assert.True(double.Parse(answer.Headers.GetValues("X-Mik-Duration-Ms").Single(), CultureInfo.InvariantCulture) >= 0);
            Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", answer.Headers.GetValues("traceparent").Single());
        }

        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(status, (int)head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        // The clock stood still: all of it is one second.
        Assert.Single(details.Distinct());
        clock.Pass(TimeSpan.FromSeconds(1));
        await server.Log.WaitForAsync(
            $"{Count + 1 - Refusal.ToldPerSecond} more requests were refused within a second: {slug}: {details[0]} (module={module})");
        Assert.Equal(
            Refusal.ToldPerSecond,
            server.Log.Lines.Count(line => line.Contains($"{slug}: ", StringComparison.Ordinal) && line.Contains(" id=", StringComparison.Ordinal)));
        var metrics = await ModuleFolderTests.GetAsync(server, "/metrics");
        Assert.Contains($"mik_rejections_total{{route=\"module\",module=\"{path[5..^1]}\",reason=\"{slug}\"}} {Count + 1}", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_requests_active 3", metrics, StringComparison.Ordinal);
        release.Set();
        Assert.All(await Task.WhenAll(held), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task Flood_NextSecond_IsToldAgain()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        await using var server = await StartAsync(
            (exchange, _, _) =>
            {
                entered.Release();
                release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
                Guests.Respond(exchange, "ok");
            },
            options => options with { MaxPerModuleRequests = 1 });
        var held = GetAsync(server, "/run/a/");
        await entered.WaitAsync();
        for (var request = 0; request < Refusal.ToldPerSecond + 1; request++)
        {
            await ComponentHandlerTests.AssertProblemAsync(await GetAsync(server, "/run/a/"), 429, "rate-limited");
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        await ComponentHandlerTests.AssertProblemAsync(await GetAsync(server, "/run/a/"), 429, "rate-limited");

        await server.Log.WaitForAsync("1 more requests were refused within a second");
        Assert.Equal(
            Refusal.ToldPerSecond + 1,
            server.Log.Lines.Count(line => line.Contains("rate-limited: ", StringComparison.Ordinal) && line.Contains(" id=", StringComparison.Ordinal)));
        release.Set();
        (await held).Dispose();
    }

    [Theory]
    [InlineData("trap")]
    [InlineData("nothing")]
    [InlineData("cut")]
    public async Task Circuit_FiveFailures_OpenItUntilAProbeSucceeds(string how)
    {
        await using var server = await StartAsync(Fails);
        for (var request = 0; request < 5; request++)
        {
            await FailAsync(server, how);
        }

        var refused = await GetAsync(server, "/run/a/ok");
        await ComponentHandlerTests.AssertProblemAsync(refused, 503, "circuit-open");
        Assert.Equal("30", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal("a", refused.Headers.GetValues("X-Mik-Handler").Single());
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/run/b/ok")).StatusCode);
        var metrics = await ModuleFolderTests.GetAsync(server, "/metrics");
        Assert.Contains("mik_circuit_state{module=\"a\"} 2", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_rejections_total{route=\"module\",module=\"a\",reason=\"circuit-open\"} 1", metrics, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromSeconds(17.5));
        Assert.Equal("13", (await GetAsync(server, "/run/a/ok")).Headers.GetValues("Retry-After").Single());
        _clock.Advance(TimeSpan.FromSeconds(12.5));
        await FailAsync(server, "trap");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(server, "/run/a/ok")).StatusCode);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/run/a/ok")).StatusCode);
        Assert.Contains("mik_circuit_state{module=\"a\"} 0", await ModuleFolderTests.GetAsync(server, "/metrics"), StringComparison.Ordinal);
        await server.Log.WaitForAsync("circuit closed (module=a)");
    }

    [Fact]
    public async Task Circuit_Timeouts_OpenIt()
    {
        var clock = new TimerClock();
        using var entered = new SemaphoreSlim(0);
        await using var server = await StartAsync(
            (_, context, _) =>
            {
                entered.Release();
                context.CancellationToken.WaitHandle.WaitOne();
            },
            options => options with { ExecutionTimeout = TimeSpan.FromSeconds(1) },
            clock);
        for (var request = 0; request < 5; request++)
        {
            var late = GetAsync(server, "/run/a/");
            await entered.WaitAsync();
            clock.Pass(TimeSpan.FromSeconds(1));
            await ComponentHandlerTests.AssertProblemAsync(await late, 504, "timeout");
        }

        await ComponentHandlerTests.AssertProblemAsync(await GetAsync(server, "/run/a/"), 503, "circuit-open");
    }

    [Theory]
    [InlineData("/run/a/404")]
    [InlineData("/run/a/503")]
    [InlineData("/run/a/code")]
    public async Task Circuit_TheGuestsOwnAnswers_NeverOpenIt(string path)
    {
        await using var server = await StartAsync(Fails);
        for (var request = 0; request < 4; request++)
        {
            await FailAsync(server, "trap");
        }

        (await GetAsync(server, path)).Dispose();
        await FailAsync(server, "trap");

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/run/a/ok")).StatusCode);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\n", false)]
    [InlineData("Content-Length: 100000\r\n\r\nbeginning", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", true)]
    public async Task Circuit_ClientsThatSendSlowly_NeverOpenIt(string sent, bool isReadByTheGuest)
    {
        var clock = new TimerClock(goesOn: true);
        using var reading = new SemaphoreSlim(0);
        await using var server = await StartAsync(
            (exchange, context, _) =>
            {
                if (exchange.PathWithQuery == "/ok")
                {
                    Guests.Respond(exchange, "ok");
                    return;
                }

                // What has come when patience ends is nothing.
                for (var body = exchange.RequestBody; ;)
                {
                    var read = body.ReadAsync(context.CancellationToken).AsTask();
                    if (!read.IsCompleted)
                    {
                        reading.Release();
                    }

                    body.AdvanceTo(read.GetAwaiter().GetResult().Buffer.End);
                }
            },
            clock: clock);
        for (var request = 0; request < 6; request++)
        {
            using var client = await RawClient.SendAsync(server, "POST /run/a/ HTTP/1.1\r\nHost: h\r\n" + sent);
            if (isReadByTheGuest)
            {
                await reading.WaitAsync();
            }

            var answer = client.ReadUntilAsync("\r\n");
            await clock.PassUntilAsync(answer, TimeSpan.FromMinutes(1));
            Assert.StartsWith("HTTP/1.1 504", await answer, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/run/a/ok")).StatusCode);
    }

    [Theory]
    [InlineData(100, 99)]
    [InlineData(1_000_000, 60_000)]
    public async Task Body_ThatComesSlowly_HoldsNoPermit(int length, int sent)
    {
        await using var server = await StartAsync(
            (exchange, _, _) => Guests.Echo(exchange),
            options => options with { MaxConcurrentRequests = 1, MaxPerModuleRequests = 1 });
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /run/a/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{new string('x', sent)}"));
        await WaitForActiveAsync(server);

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/run/a/")).StatusCode);

        var sending = stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', length - sent))).AsTask();
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        await sending;
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.EndsWith(new string('x', length), answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_ThatIsAwaited_TheClientMayLeave()
    {
        await using var server = await StartAsync((exchange, _, _) => Guests.Echo(exchange));
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
            await socket.SendAsync(Encoding.ASCII.GetBytes("POST /run/a/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc"));
            await WaitForActiveAsync(server);
        }

        await server.Log.WaitForAsync("client-gone");
    }

    [Fact]
    public async Task Body_ThatIsAwaited_CountsAgainstTheDeadline()
    {
        await using var server = await StartAsync(
            (exchange, _, _) => Guests.Echo(exchange), options => options with { ExecutionTimeout = TimeSpan.FromMilliseconds(200) });

        var answer = await server.SendRawAsync("POST /run/a/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nabc");

        Assert.Contains("urn:mik:error:timeout", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Circuit_OfAModuleThatIsReplaced_Closes()
    {
        using var folder = new TestFolder();
        folder.Write("a.wasm", "trap");
        await using var server = await TestServer.StartAsync(
            module => File.ReadAllText(module.Path) == "trap"
                ? new ModuleModel((_, _, _) => throw new Trap(TrapKind.Unreachable, "unreachable"), 1, TimeSpan.Zero) : TestFolder.Load(module),
            options => options with { Modules = [], ModulesPath = folder.Path },
            _clock);
        for (var request = 0; request < 5; request++)
        {
            await FailAsync(server, "trap");
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(server, "/run/a/")).StatusCode);
        folder.Write("a.wasm", "repaired");
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(server, "/run/a/")).StatusCode);
        await server.Log.WaitForAsync("reloaded");

        Assert.Equal("repaired", await ModuleFolderTests.GetAsync(server, "/run/a/"));
    }

    private static void Fails(HttpExchange exchange, Wasi.Http.WasiHttpContext context, ExecutionLimits limits)
    {
        switch (exchange.PathWithQuery[1..])
        {
            case "ok":
                Guests.Respond(exchange, "ok");
                break;
            case "trap":
                throw new Trap(TrapKind.Unreachable, "unreachable");
            case "cut":
                Guests.Respond(exchange, "beginning");
                throw new IncompleteBodyException();
            case "nothing":
                throw new NoResponseException();
            case "code":
                exchange.Response.Fail(ErrorCode.Of("connection-refused"));
                break;
            case var status:
                Guests.Respond(exchange, "", int.Parse(status, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static async Task FailAsync(TestServer server, string how)
    {
        try
        {
            var answer = await GetAsync(server, "/run/a/" + how);
            await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }
        catch (HttpRequestException) when (how == "cut")
        {
        }
    }

    /// <summary>Waits until another request than the one that asks is in flight.</summary>
    private static async Task WaitForActiveAsync(TestServer server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), limit.Token))
            .Contains("mik_requests_active 2", StringComparison.Ordinal))
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private static Task<HttpResponseMessage> GetAsync(TestServer server, string path) => server.Client.GetAsync(new Uri(path, UriKind.Relative));

    private Task<TestServer> StartAsync(
        GuestHandler guest, Func<MikServerOptions, MikServerOptions>? change = null, TimeProvider? clock = null) => TestServer.StartAsync(
        _ => new ModuleModel(guest, 1, TimeSpan.Zero),
        options =>
        {
            options = options with { Modules = [new ModuleConfig("a", "a.wasm"), new ModuleConfig("b", "b.wasm")] };
            return change?.Invoke(options) ?? options;
        },
        clock ?? _clock);
}
