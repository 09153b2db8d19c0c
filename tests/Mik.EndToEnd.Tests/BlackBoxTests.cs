using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>What any implementation must do, seen from outside: one process with modules, tenants and scripts.</summary>
public sealed class BlackBoxTests(BlackBox box) : IClassFixture<BlackBox>
{
    private readonly MikProcess _mik = box.Mik;
    private readonly HttpClient _client = box.Client;

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("{}")]
    [InlineData("{\"deep\":{\"list\":[1,[2,{\"x\":null}]],\"text\":\"Grüße 世界 🌍\"}}")]
    public async Task Echo_Json_IsTheSame(string json) => Assert.Equal(json, await PostAsync("/run/echo/", json));

    [Fact]
    public async Task Echo_FiftyAtOnce_GetTheirOwn() => await Task.WhenAll(Enumerable.Range(0, 50).Select(async index =>
        Assert.Equal($"{{\"n\":{index}}}", await PostAsync("/run/echo/", $"{{\"n\":{index}}}"))));

    [Theory]
    [InlineData("/run/trap/unreachable", 500)]
    [InlineData("/run/memory/hog", 500)]
    [InlineData("/run/noreply/", 500)]
    [InlineData("/run/loop/", 504)]
    [InlineData("/run/nothing/", 404)]
    [InlineData("/script/nothing", 404)]
    [InlineData("/script/throws", 500)]
    [InlineData("/script/endless", 504)]
    public async Task Failure_IsAProblem_AndTheServerGoesOn(string path, int status)
    {
        using var response = await _client.GetAsync(path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(response.Headers.GetValues("X-Request-ID"));
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", response.Headers.GetValues("traceparent").Single());
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health")).StatusCode);
        Assert.Equal("{\"ok\":1}", await PostAsync("/run/echo/", "{\"ok\":1}"));
    }

    [Fact]
    public async Task Loop_WhileItRuns_OthersAnswer()
    {
        var endless = _client.GetAsync("/run/loop/");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("{}", await PostAsync("/run/echo/", "{}"));
        }

        using var ended = await endless;
        Assert.Equal(HttpStatusCode.GatewayTimeout, ended.StatusCode);
    }

    [Fact]
    public async Task Big_Responses_PassWhole()
    {
        Assert.Equal(2 << 20, (await _client.GetByteArrayAsync("/run/big/?size=2097152")).Length);
        Assert.Equal(65536, (await _client.GetByteArrayAsync("/run/big/?size=65536&chunk=65536&via=write")).Length);
    }

    [Theory]
    [InlineData("/a?x=1&y=%20z")]
    [InlineData("/a%2Fb//c/")]
    [InlineData("/%C3%A4?q=%25")]
    public async Task Path_ReachesTheGuestUnchanged(string path)
    {
        using var response = await _client.SendAsync(
            new HttpRequestMessage(
                HttpMethod.Post, new Uri(_mik.Address + "run/echo" + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })));

        Assert.Equal(path, response.Headers.GetValues("x-echo-path").Single());
    }

    [Theory]
    [InlineData("/run/../../etc/passwd")]
    [InlineData("/run/%2e%2e/x")]
    [InlineData("/run/a%2Fb/")]
    [InlineData("/run/..%5C..%5Cx/")]
    [InlineData("/run/%00/")]
    [InlineData("/run/a%0d%0aSet-Cookie:x/")]
    [InlineData("/run/CON/")]
    [InlineData("/tenant/")]
    [InlineData("/tenant/a")]
    [InlineData("/tenant/a/echo/")]
    [InlineData("/tenant/c/hello/")]
    [InlineData("/tenant/a/slow/")]
    [InlineData("/tenant/%2e%2e/a/")]
    [InlineData("/script/..%2f..%2fmik")]
    public async Task Name_ThatIsHostileOrNotThere_Is400Or404(string target)
    {
        var answer = await RawAsync($"GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
        Assert.DoesNotContain("Set-Cookie: x", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Name_OfThreeHundredBytesOrPathOfFiveThousand_IsAnswered()
    {
        Assert.Matches("^HTTP/1.1 (400|404) ", await RawAsync($"GET /run/{new string('a', 300)}/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
        Assert.Matches("^HTTP/1.1 (200|414) ", await RawAsync($"GET /run/hello/{new string('a', 5000)} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task Clients_ThatGiveUp_HarmNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async index =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(1 + (index * 5 % 100)));
            try
            {
                using var body = new StringContent("{\"delay_secs\":1}");
                (await _client.PostAsync(index % 2 == 0 ? "/run/slow/" : "/run/echo/", body, patience.Token)).Dispose();
            }
            catch (OperationCanceledException)
            {
                // As it is meant.
            }
        }));

        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health")).StatusCode);
        Assert.Equal("{}", await PostAsync("/run/echo/", "{}"));
    }

    [Fact]
    public async Task ColdServer_ManyFirstRequests_AllSucceed()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => _client.GetStringAsync("/run/hello/")));

        Assert.All(answers, answer => Assert.Equal("Hello from mik!\n", answer));
        var metrics = await _client.GetStringAsync("/metrics");
        Assert.Contains("mik_module_load_seconds_count{module=\"hello\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tenants_HaveTheirOwnModules()
    {
        using var response = await _client.GetAsync("/tenant/a/hello/any/path");

        Assert.Equal("Hello from mik!\n", await response.Content.ReadAsStringAsync());
        Assert.Equal("a/hello", response.Headers.GetValues("X-Mik-Handler").Single());
        Assert.True(double.TryParse(response.Headers.GetValues("X-Mik-Duration-Ms").Single(), out _));
        Assert.Equal("{\"t\":1}", await PostAsync("/tenant/b/echo/", "{\"t\":1}"));

        // What happens to the platform's module of a name is not the tenant's.
        for (var i = 0; i < 6; i++)
        {
            (await _client.GetAsync("/run/broken/unreachable")).Dispose();
        }

        using var open = await _client.GetAsync("/run/broken/");
        using var tenants = await _client.GetAsync("/tenant/a/broken/");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.NotFound), (open.StatusCode, tenants.StatusCode));
    }

    [Fact]
    public async Task Scripts_AreApartFromEachOtherAndTheWorld()
    {
        Assert.Equal("{\"got\":{\"ü\":[1]}}", await PostAsync("/script/json", "{\"ü\":[1]}"));
        Assert.Equal("{\"n\":2}", await _client.GetStringAsync("/script/chain"));
        Assert.Equal("[]", await _client.GetStringAsync("/script/world"));
        var seen = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _client.GetStringAsync("/script/globals")));
        Assert.All(seen, text => Assert.Equal("[1,1]", text));
        Assert.Equal(500_000, JsonDocument.Parse(await _client.GetStringAsync("/script/large")).RootElement.GetString()!.Length);
    }

    [Fact]
    public async Task Trace_OfTheCaller_IsKeptAndAMalformedOneReplaced()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        Assert.Contains(Trace, await TraceOfAsync($"00-{Trace}-b7ad6b7169203331-01"), StringComparison.Ordinal);
        Assert.DoesNotContain("zzzz", await TraceOfAsync("00-zzzz-b7ad-01"), StringComparison.Ordinal);
    }

    private async Task<string> TraceOfAsync(string parent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/run/hello/");
        request.Headers.TryAddWithoutValidation("traceparent", parent);
        using var response = await _client.SendAsync(request);
        return response.Headers.GetValues("traceparent").Single();
    }

    private async Task<string> PostAsync(string path, string json)
    {
        using var response = await _client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<string> RawAsync(string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_mik.Address.Host, _mik.Address.Port);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}

/// <summary>The process of <see cref="BlackBoxTests"/>.</summary>
public sealed class BlackBox : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-blackbox-").FullName;

    internal MikProcess Mik { get; private set; } = null!;

    internal HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(Path.Combine(_folder, "mik.toml"), """
            [project]
            name = "blackbox"
            [server]
            port = 0
            modules = "modules"
            user_modules = "tenants"
            scripts = "scripts"
            execution_timeout_secs = 8
            memory_limit_mb = 32
            max_per_module_requests = 600
            """);
        foreach (var guest in new[] { "echo", "trap", "loop", "memory", "slow", "noreply", "big", "hello" })
        {
            Copy(guest, $"modules/{guest}.wasm");
        }

        Copy("hello", "tenants/a/hello.wasm");
        Copy("echo", "tenants/b/echo.wasm");
        Copy("trap", "modules/broken.wasm");
        Copy("trap", "tenants/a/broken.wasm");
        Script("json", "export default (req) => ({ got: req.body });");
        Script(
            "globals",
            "globalThis.n = (globalThis.n ?? 0) + 1; export default () => { globalThis.m = (globalThis.m ?? 0) + 1; return [globalThis.n, globalThis.m]; };");
        Script(
            "world",
            "export default () => ['require', 'process', 'XMLHttpRequest', 'WebSocket', 'Deno', 'Bun', 'std', 'os'].filter((name) => typeof "
                + "globalThis[name] !== 'undefined');");
        Script("large", "export default () => 'ä'.repeat(500000);");
        Script("endless", "export default () => { for (;;); };");
        Script("throws", "export default () => { throw new Error('inside'); };");
        Script(
            "chain",
            "export default async (req, host) => { const a = await host.call('echo', { method: 'POST', body: { n: 1 } }); const b = await "
                + "host.call('echo', { method: 'POST', path: '/p', headers: { 'x-a': 'b' }, body: { n: a.body.n + 1 } }); return b.body; };");
        Mik = await MikProcess.ServeAsAsync([_folder]);
        Client = Mik.NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Mik.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Script(string name, string source)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "scripts"));
        File.WriteAllText(Path.Combine(_folder, "scripts", name + ".js"), source);
    }

    private void Copy(string guest, string name)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(RepositoryRoot.Combine("guests", guest, $"{guest}.wasm"), path);
    }
}
