using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Tests.Modules;
using Mik.Wasm.Execution;


namespace Mik.Server.Tests.Limits;

/// <summary>A client whose requests make a module fail, beside clients whose do not: each at an address of its own.</summary>
public sealed class ClientCircuitTests : IAsyncDisposable
{
    private const string Hostile = "127.0.0.66";
    private const string Honest = "127.0.0.7";

    private readonly ManualClock _clock = new();
    private readonly Dictionary<string, HttpClient> _clients = [];
    private int _requests;

    [LoopbackTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failures_OfOneClient_CloseTheModuleToThatOneOnly(bool isHonestBetween)
    {
        await using var server = await StartAsync();
        await OkAsync(server, Honest);
        for (var request = 0; request < 5; request++)
        {
            await TrapAsync(server, Hostile);
            if (isHonestBetween)
            {
                await OkAsync(server, Honest);
            }
        }

        var refused = await GetAsync(server, Hostile, "/run/a/ok");
        await ComponentHandlerTests.AssertProblemAsync(refused, 503, "circuit-open");
        Assert.Equal("30", refused.Headers.GetValues("Retry-After").Single());
        await OkAsync(server, Honest);
        await OkAsync(server, "127.0.0.8");
        await server.Log.WaitForAsync($"circuit opened for {Hostile} alone");
        var metrics = await ModuleFolderTests.GetAsync(server, "/metrics");
        Assert.Contains("mik_circuit_state{module=\"a\"} 0", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_circuit_clients_refused{module=\"a\"} 1", metrics, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromSeconds(30));
        await OkAsync(server, Hostile);
        await server.Log.WaitForAsync($"circuit closed for {Hostile}");
        Assert.Contains("mik_circuit_clients_refused{module=\"a\"} 0", await ModuleFolderTests.GetAsync(server, "/metrics"), StringComparison.Ordinal);
    }

    [LoopbackFact]
    public async Task Failures_OfSeveralClientsInARow_CloseItToThem()
    {
        await using var server = await StartAsync();
        await OkAsync(server, Honest);
        var hostile = Enumerable.Range(60, 5).Select(number => $"127.0.0.{number}").ToArray();
        foreach (var client in hostile)
        {
            await TrapAsync(server, client);
        }

        foreach (var client in hostile)
        {
            await RefusedAsync(server, client);
        }

        // The row has not ended: whoever fails next is one of them.
        await TrapAsync(server, "127.0.0.65");
        await RefusedAsync(server, "127.0.0.65");
        await OkAsync(server, Honest);
    }

    [LoopbackFact]
    public async Task Failures_WhenNobodyElseWasAnsweredLately_CloseItToAll()
    {
        await using var server = await StartAsync();
        await OkAsync(server, Honest);
        _clock.Advance(TimeSpan.FromSeconds(31));
        await OkAsync(server, Hostile);
        for (var request = 0; request < 5; request++)
        {
            await TrapAsync(server, Hostile);
        }

        await RefusedAsync(server, Hostile);
        await RefusedAsync(server, Honest);
        Assert.Contains("mik_circuit_state{module=\"a\"} 2", await ModuleFolderTests.GetAsync(server, "/metrics"), StringComparison.Ordinal);
    }

    [LoopbackFact]
    public async Task Failures_OfAllClientsThatWereAnswered_CloseItToAll()
    {
        await using var server = await StartAsync();
        await OkAsync(server, Honest);
        await OkAsync(server, Hostile);
        for (var request = 0; request < 5; request++)
        {
            await TrapAsync(server, request % 2 == 0 ? Honest : Hostile);
        }

        await RefusedAsync(server, "127.0.0.9");
    }

    [LoopbackFact]
    public async Task HalfOpen_AClientThatGoesOnFailing_DoesNotOpenItAgainForOthers()
    {
        await using var server = await StartAsync();
        for (var request = 0; request < 5; request++)
        {
            await TrapAsync(server, Hostile);
        }

        await RefusedAsync(server, Honest);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await TrapAsync(server, Hostile);
        await RefusedAsync(server, Hostile);

        await OkAsync(server, Honest);
        await server.Log.WaitForAsync("circuit closed (module=a)");
        await RefusedAsync(server, Hostile);
    }

    [LoopbackFact]
    public async Task HalfOpen_AClientThatDidNotFailBefore_OpensItAgainForAll()
    {
        await using var server = await StartAsync();
        for (var request = 0; request < 5; request++)
        {
            await TrapAsync(server, Hostile);
        }

        _clock.Advance(TimeSpan.FromSeconds(30));
        await TrapAsync(server, Honest);

        await RefusedAsync(server, "127.0.0.9");
    }

    [LoopbackTheory]
    [InlineData("203.0.113.9", "203.0.113.9", "203.0.113.10")]
    [InlineData("1.2.3.4, 203.0.113.9", "5.6.7.8, 203.0.113.9", "203.0.113.9, 203.0.113.10")]
    [InlineData("203.0.113.9:1234", "203.0.113.9:4321", "203.0.113.10:1234")]
    [InlineData("203.0.113.9, 10.1.2.3, 127.0.0.2", "::ffff:203.0.113.9", "203.0.113.10, 10.9.9.9")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")]
    [InlineData("[2001:db8:0:1::1]:80", "[2001:db8:0:1::3]", "2001:db8:0:2::1")]
    public async Task BehindATrustedProxy_TheClientIsTheOneItNames(string first, string same, string other)
    {
        await using var server = await StartAsync(options => options with { TrustedProxies = ["127.0.0.0/8", "10.0.0.0/8"] });
        await OkAsync(server, Honest, other);
        for (var request = 0; request < 5; request++)
        {
            await TrapAsync(server, Honest, request % 2 == 0 ? first : same);
        }

        await RefusedAsync(server, Honest, same);
        await RefusedAsync(server, "127.0.0.9", first);
        await OkAsync(server, Honest, other);
        await OkAsync(server, Honest);
    }

    [LoopbackTheory]
    [InlineData("10.0.0.0/8")]
    [InlineData("127.0.0.1")]
    [InlineData(null)]
    public async Task FromAnotherThanATrustedProxy_TheFieldCountsForNothing(string? trusted)
    {
        await using var server = await StartAsync(options => options with { TrustedProxies = trusted is null ? [] : [trusted] });
        await OkAsync(server, Honest);
        for (var request = 0; request < 5; request++)
        {
            await TrapAsync(server, Hostile, $"203.0.113.{request}");
        }

        await RefusedAsync(server, Hostile, "203.0.113.77");
        await OkAsync(server, Honest, "203.0.113.1");
    }

    [LoopbackTheory]
    [InlineData("unknown")]
    [InlineData("")]
    [InlineData("203.0.113.9, nonsense")]
    [InlineData("203.0.113.9,")]
    public async Task BehindATrustedProxy_NonsenseInTheField_IsTheProxyItself(string field)
    {
        await using var server = await StartAsync(options => options with { TrustedProxies = ["127.0.0.66"] });
        await OkAsync(server, Honest);
        for (var request = 0; request < 5; request++)
        {
            await TrapAsync(server, Hostile, field);
        }

        await RefusedAsync(server, Hostile);
        await OkAsync(server, Honest);
    }

    [LoopbackFact]
    public async Task CallsOfAScript_AreThoseOfWhoAskedTheScript()
    {
        using var scripts = new ScriptProject(("through.js", """
            import { script } from "mik-sdk";
            export default script(async (req, host) => {
                try { return (await host.call("a", { path: req.path })).status; } catch (error) { return error.code; }
            });
            """));
        await using var server = await StartAsync(options => options with { ScriptsFolder = scripts.Folder });
        await server.Server.LoadAsync(CancellationToken.None);
        await OkAsync(server, Honest);
        for (var request = 0; request < 5; request++)
        {
            Assert.Equal("\"HANDLER_ERROR\"", await (await GetAsync(server, Hostile, "/script/through/trap")).Content.ReadAsStringAsync());
        }

        Assert.Equal("\"CIRCUIT_OPEN\"", await (await GetAsync(server, Hostile, "/script/through/ok")).Content.ReadAsStringAsync());
        await RefusedAsync(server, Hostile);
        Assert.Equal("200", await (await GetAsync(server, Honest, "/script/through/ok")).Content.ReadAsStringAsync());
    }

    [LoopbackFact]
    public async Task Flood_OfRefusalsOfOneClient_IsSummedAndLeavesOthersAlone()
    {
        var clock = new TimerClock();
        await using var server = await StartAsync(clock: clock);
        await OkAsync(server, Honest);
        for (var request = 0; request < 40; request++)
        {
            (await GetAsync(server, Hostile, "/run/a/trap")).Dispose();
            await OkAsync(server, Honest);
        }

        clock.Pass(TimeSpan.FromSeconds(1));
        await server.Log.WaitForAsync("25 more requests were refused within a second: circuit-open: The last requests of this client");
    }

    public ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private Task<TestServer> StartAsync(Func<MikServerOptions, MikServerOptions>? change = null, TimeProvider? clock = null)
    {
        return TestServer.StartAsync(
            _ => new ModuleModel(
                (exchange, _, _) =>
                {
                    if (exchange.PathWithQuery == "/trap")
                    {
                        throw new Trap(TrapKind.Unreachable, "unreachable");
                    }

                    Guests.Respond(exchange, "ok");
                },
                1,
                TimeSpan.Zero),
            options =>
            {
                options = options with { Modules = [new ModuleConfig("a", "a.wasm")] };
                return change?.Invoke(options) ?? options;
            },
            clock ?? _clock);
    }

    /// <summary>A request that succeeds, to its very end: what it means for circuits is counted a moment after its answer.</summary>
    private async Task OkAsync(TestServer server, string from, string? forwardedFor = null)
    {
        using var answer = await GetAsync(server, from, "/run/a/ok", forwardedFor);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await server.Log.WaitForAsync($"(module=a id={answer.Headers.GetValues("X-Request-ID").Single()})");
    }

    private async Task TrapAsync(TestServer server, string from, string? forwardedFor = null)
    {
        using var answer = await GetAsync(server, from, "/run/a/trap", forwardedFor);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    private async Task RefusedAsync(TestServer server, string from, string? forwardedFor = null) =>
        await ComponentHandlerTests.AssertProblemAsync(await GetAsync(server, from, "/run/a/ok", forwardedFor), 503, "circuit-open");

    private async Task<HttpResponseMessage> GetAsync(TestServer server, string from, string path, string? forwardedFor = null)
    {
        if (!_clients.TryGetValue(from, out var client))
        {
            _clients[from] = client = ClientAt(server, IPAddress.Parse(from));
        }

        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Add("X-Request-ID", $"request-{++_requests}");
        if (forwardedFor is not null)
        {
            message.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        }

        return await client.SendAsync(message);
    }

    private static HttpClient ClientAt(TestServer server, IPAddress address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(
                IPEndPoint.Parse(string.Create(CultureInfo.InvariantCulture, $"{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}")), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = server.Address,
    };
}
