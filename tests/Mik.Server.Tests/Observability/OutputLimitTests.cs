using System.Net;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasi;

namespace Mik.Server.Tests.Observability;

/// <summary>How much of what guests and scripts print is logged.</summary>
public sealed class OutputLimitTests
{
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(100, 10_000)]
    [InlineData(0, 10_000)]
    [InlineData(8000, 200)]
    public async Task Request_ThatPrintsALot_IsLoggedUpToItsLimitAndNotThePartOfOthers(int length, int count)
    {
        await using var server = await StartAsync(options => options with { MaxRequestLogBytes = 64 << 10 });
        await PrintAsync(server, "/run/a/", length, count, "first");

        // A line counts with what the log adds to it.
        var lines = server.Log.Lines.Count(
            line => line.EndsWith("(module=a id=first)", StringComparison.Ordinal) && !line.StartsWith("GET", StringComparison.Ordinal));
        Assert.InRange((lines - 1) * (length + 200), 30_000, 64 << 10);
        await server.Log.WaitForAsync("more bytes of output are left out: of one request 64 KB are logged (log_max_request_kb) (module=a id=first)");

        await PrintAsync(server, "/run/a/", 5, 3, "second");
        Assert.Equal(
            3, server.Log.Lines.Count(line => line.StartsWith("xxxxx (", StringComparison.Ordinal) && line.Contains("id=second", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Request_WhoseTargetIsLong_HasAShortLine()
    {
        await using var server = await StartAsync(options => options);
        foreach (var folder in (string[])["run", "other"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/{folder}/{new string('x', 7000)}", UriKind.Relative));
            request.Headers.Add("x-request-id", folder);
            Assert.False((await server.Client.SendAsync(request)).IsSuccessStatusCode);
            await server.Log.WaitForLineAsync(
                line => line.Contains($"id={folder}", StringComparison.Ordinal) && line.Contains("xxx…", StringComparison.Ordinal) && line.Length < 3000);
        }
    }

    [Fact]
    public async Task Requests_OfOneModule_AreLoggedUpToItsLimitOfASecond()
    {
        await using var server = await StartAsync(options => options with { MaxRequestLogBytes = 16 << 10, MaxModuleLogBytes = 64 << 10 });
        for (var request = 0; request < 10; request++)
        {
            await PrintAsync(server, "/run/a/", 100, 40, "many");
        }

        await PrintAsync(server, "/run/b/", 100, 5, "other");
        var lines = server.Log.Lines.Count(line => line.StartsWith("xxx", StringComparison.Ordinal) && line.Contains("module=a", StringComparison.Ordinal));
        Assert.InRange(lines * (100 + 200), 32 << 10, 64 << 10);
        Assert.Equal(
            5, server.Log.Lines.Count(line => line.StartsWith("xxx", StringComparison.Ordinal) && line.Contains("module=b", StringComparison.Ordinal)));
        await server.Log.WaitForAsync("more bytes of output are left out: of one module 64 KB are logged within a second (log_max_module_kb) (module=a)");
        Assert.Equal(11, server.Log.Lines.Count(line => line.StartsWith("GET", StringComparison.Ordinal)));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await PrintAsync(server, "/run/a/", 100, 2, "later");
        Assert.Equal(
            2, server.Log.Lines.Count(line => line.StartsWith("xxx", StringComparison.Ordinal) && line.Contains("id=later", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("for (let i = 0; i < 5000; i++) console.log('x'.repeat(100));")]
    [InlineData("for (let i = 0; i < 5000; i++) console.error('');")]
    [InlineData("console.warn('x'.repeat(5e6)); for (let i = 0; i < 50; i++) console.debug('x'.repeat(5000));")]
    public async Task Script_ThatPrintsALot_IsLoggedUpToItsLimit(string code)
    {
        using var scripts = new ScriptProject(("noise.js", $"export default () => {{ {code} return 'done'; }};"));
        await using var server = await StartAsync(options => options with { ScriptsFolder = scripts.Folder, MaxRequestLogBytes = 64 << 10 });
        Assert.Equal("\"done\"", await server.Client.GetStringAsync(new Uri("/script/noise", UriKind.Relative)));

        await server.Log.WaitForAsync("more bytes of output are left out: of one request 64 KB are logged (log_max_request_kb) (module=noise");
        var lines = server.Log.Lines.Where(line => line.Contains("(script=noise id=", StringComparison.Ordinal)).ToArray();
        Assert.InRange(lines.Sum(line => line.Length + 150), 4000, 64 << 10);
    }

    [Fact]
    public async Task Script_ThatPrintsWhileItIsLoaded_IsLoggedUpToItsLimit()
    {
        using var scripts = new ScriptProject(("noise.js", "for (let i = 0; i < 5000; i++) console.log('x'.repeat(100)); export default () => 'done';"));
        await using var server = await StartAsync(options => options with { ScriptsFolder = scripts.Folder, MaxRequestLogBytes = 64 << 10 });
        Assert.Equal("\"done\"", await server.Client.GetStringAsync(new Uri("/script/noise", UriKind.Relative)));

        await server.Log.WaitForAsync("(log_max_request_kb) (module=noise id=-)");
        Assert.InRange(server.Log.Lines.Count(line => line.StartsWith("xxx", StringComparison.Ordinal)), 10, 200);
    }

    private static async Task PrintAsync(TestServer server, string path, int length, int count, string id)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"{path}{length}/{count}");
        message.Headers.Add("X-Request-ID", id);
        using var answer = await server.Client.SendAsync(message);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await server.Log.WaitForAsync($"GET {path}{length}/{count}");
    }

    private static void Print(WasiContext context, string path)
    {
        var numbers = path[1..].Split('/').Select(int.Parse).ToArray();
        for (var line = 0; line < numbers[1]; line++)
        {
            if (context.Surroundings!.TakesOutput)
            {
                context.Surroundings.Output(new string('x', numbers[0]));
            }
            else
            {
                context.Surroundings.LeaveOut(numbers[0] + 1);
            }
        }
    }

    private Task<TestServer> StartAsync(Func<MikServerOptions, MikServerOptions> change) => TestServer.StartAsync(
        _ => new ModuleModel(
            (exchange, context, _) =>
            {
                Print(context, exchange.PathWithQuery!);
                Guests.Respond(exchange, "ok");
            },
            1,
            TimeSpan.Zero),
        options => change(options with { Modules = [new ModuleConfig("a", "a.wasm"), new ModuleConfig("b", "b.wasm")] }),
        _clock);
}
