using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>A server with a small budget per request, the hostile guests and the hostile script, and a host that takes requests and never answers.</summary>
public sealed class HostileServer : IAsyncLifetime
{
    /// <summary>What one request may use.</summary>
    internal const int LimitMegabytes = 16;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mik-hostile-");
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private MikProcess? _mik;

    internal MikProcess Mik => _mik!;

    internal int SilentPort => ((IPEndPoint)_silent.LocalEndpoint).Port;

    public HttpClient Client { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        _silent.Start(1000);
        var modules = _folder.CreateSubdirectory("modules").FullName;
        foreach (var guest in new[] { "hello", "slow", "big", "hostile", "hostile/tables", "hostile/resources" })
        {
            File.Copy(MikProcess.Guest(guest), Path.Combine(modules, Path.GetFileName(guest) + ".wasm"));
        }

        File.Copy(RepositoryRoot.Combine("guests", "hostile", "hostile.js"), Path.Combine(_folder.CreateSubdirectory("scripts").FullName, "hostile.js"));
        var manifest = Path.Combine(_folder.FullName, "mik.toml");
        await File.WriteAllTextAsync(manifest, $"""
            [project]
            name = "hostile"
            [server]
            scripts = "scripts/"
            execution_timeout_secs = 90
            memory_limit_mb = {LimitMegabytes}
            http_allowed = ["127.0.0.1"]
            """);
        _mik = await MikProcess.ServeAsAsync(["--config", manifest, "--port", "0"]);
        Client = _mik.NewClient();
        await Client.TextAsync("/run/hello/");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_mik is not null)
        {
            await _mik.DisposeAsync();
        }

        _silent.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Whatever a guest or a script makes the host hold, its request ends alone, by a limit with a name, and the process stays small.</summary>
public sealed class HostileTests(HostileServer server) : IClassFixture<HostileServer>
{
    [Theory]
    [InlineData("memory-trap", "memory")]
    [InlineData("handles", "handles")]
    [InlineData("pollables", "handles")]
    [InlineData("fields", "fields")]
    [InlineData("append", "fields")]
    [InlineData("clones", "fields")]
    [InlineData("views", "fields")]
    [InlineData("trailers", "fields")]
    [InlineData("bodies", "body")]
    [InlineData("small-bodies", "handles", "body")]
    [InlineData("finished-bodies", "body")]
    [InlineData("unsent-requests", "body")]
    [InlineData("requests", "requests")]
    [InlineData("request-bodies", "requests", "body")]
    [InlineData("timers", "timers", "handles")]
    [InlineData("values", "values", "memory")]
    [InlineData("random", "random", "memory")]
    public async Task Guest_ThatTakesMoreAndMore_EndsByItsLimit(string way, params string[] limits)
    {
        // An answer between failures keeps the circuit closed.
        (await server.Client.AskAsync("/run/hostile/")).Dispose();
        await EndsByAsync($"/run/hostile/?what={way}&port={server.SilentPort}", limits);
    }

    [Theory]
    [InlineData("tables", "tables")]
    [InlineData("resources", "handles")]
    public async Task Component_ThatTakesMoreAndMore_EndsByItsLimit(string module, params string[] limits) => await EndsByAsync($"/run/{module}/", limits);

    [Theory]
    [InlineData("heap", "memory")]
    [InlineData("calls", "calls", "memory")]
    [InlineData("small-calls", "calls", "memory")]
    [InlineData("refused-calls", "calls", "memory")]
    [InlineData("answers", "calls", "memory")]
    [InlineData("call-headers", "calls", "memory")]
    [InlineData("timers", "timers", "memory")]
    [InlineData("response", "body", "memory")]
    [InlineData("error", "output", "memory")]
    public async Task Script_ThatTakesMoreAndMore_EndsByItsLimit(string way, params string[] limits) => await EndsByAsync($"/script/hostile?way={way}", limits);

    [Fact]
    public async Task Calls_OfOneScript_ShareItsBudget()
    {
        using var response = await server.Client.AskAsync("/script/hostile?way=guest-memory");
        await server.Mik.WroteAsync("limit reached: memory: 1048576 bytes more, where");
        Assert.InRange(server.Mik.PeakResidentBytes >> 20, 0, 1024);
    }

    [Fact]
    public async Task Memory_ThatIsRefused_IsOneLineOfTheLog()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/run/hostile/?what=memory") { Headers = { { "X-Request-ID", "refused-memory" } } };
        using var response = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await server.Mik.WroteAsync("\"request_id\":\"refused-memory\"");
        var line = Assert.Single(
            server.Mik.Errors.Split('\n'),
            line => line.Contains("\"request_id\":\"refused-memory\"", StringComparison.Ordinal) && line.Contains("limit reached", StringComparison.Ordinal));
        Assert.Contains("warn", line, StringComparison.OrdinalIgnoreCase);
        Assert.Matches(@"memory: 1048576 bytes more, where \d+ of 16777216 are used", line);
    }

    [Fact]
    public async Task Process_AfterManyHostileRequests_IsNotMuchLarger()
    {
        // A process of its own: the peak of the others' would be that of whichever test ran before this one.
        await using var own = new HostileServer();
        await own.InitializeAsync();
        var alone = new HostileTests(own);
        await alone.EndsByAsync("/run/hostile/?what=bodies", "body");
        var before = own.Mik.ResidentBytes;
        for (var i = 0; i < 10; i++)
        {
            (await own.Client.AskAsync("/run/hostile/")).Dispose();
            await alone.EndsByAsync("/run/hostile/?what=bodies", "body");
        }

        Assert.InRange((own.Mik.PeakResidentBytes - before) >> 20, 0, 200);
    }

    private async Task EndsByAsync(string path, params string[] limits)
    {
        using var response = await server.Client.AskAsync(path);
        await response.ProblemAsync(500, "handler-error");
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Contains(problem.TryGetProperty("limit", out var limit) ? limit.GetString() : "none", limits);

        // The calls of a script that was ended may take their module's places for a moment yet.
        HttpResponseMessage hello;
        while ((hello = await server.Client.AskAsync("/run/hello/")).StatusCode == HttpStatusCode.TooManyRequests)
        {
            hello.Dispose();
        }

        Assert.Equal("Hello from mik!", (await hello.Content.ReadAsStringAsync()).Trim());
        hello.Dispose();
    }
}
