using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Tests.Modules;


namespace Mik.Server.Tests.Watching;

public sealed class HotReloadTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Modules_ComeChangeBreakAndGo_AreServedAtOnce()
    {
        _folder.Write("modules/a.wasm", "one");
        await using var server = await StartAsync();
        Assert.Equal("one", await ModuleFolderTests.GetAsync(server, "/run/a/"));

        _folder.Write("modules/a.wasm", "two");
        await ModuleFolderTests.UntilAsync(server, "/run/a/", "two");

        _folder.Write("modules/a.wasm", "bad");
        await server.Log.WaitForAsync("the old one goes on: it is bad");
        Assert.Equal("two", await ModuleFolderTests.GetAsync(server, "/run/a/"));

        _folder.Write("modules/b.wasm", "bad from the start");
        await server.Log.WaitForAsync("cannot be served: it is bad (module=b");

        _folder.Delete("modules/a.wasm");
        await server.Log.WaitForAsync("changes are served");
        await EventuallyAsync(server, "/run/a/", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Modules_ReplacedUnderLoad_LoseNoRequestAndNeverGoBack()
    {
        const int Versions = 25;
        _folder.Write("modules/a.wasm", "1");
        await using var server = await StartAsync();
        var isDone = false;
        var served = new ConcurrentDictionary<int, int>();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var latest = 0;
            while (!Volatile.Read(ref isDone))
            {
                var version = int.Parse(await ModuleFolderTests.GetAsync(server, "/run/a/"), CultureInfo.InvariantCulture);
                Assert.True(version >= latest, $"{version} came after {latest}");
                latest = version;
                served.AddOrUpdate(version, 1, (_, count) => count + 1);
            }
        })).ToArray();

        for (var version = 1; version <= Versions; version++)
        {
            var expected = version;
            _folder.Write("modules/a.wasm", expected.ToString(CultureInfo.InvariantCulture));
            await WaitAsync(() => served.ContainsKey(expected) || clients.Any(client => client.IsFaulted));
        }

        Volatile.Write(ref isDone, true);
        await Task.WhenAll(clients);
        Assert.Equal(Enumerable.Range(1, Versions), served.Keys.Order());
    }

    [Fact]
    public async Task Module_ReplacedWhileARequestRuns_LetsItFinishOnTheOldOne()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        _folder.Write("modules/a.wasm", "slow");
        await using var server = await TestServer.StartAsync(
            module => File.ReadAllText(module.Path) == "slow"
                ? new ModuleModel((exchange, _, _) =>
                {
                    entered.Release();
                    release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
                    Guests.Respond(exchange, "from the old one");
                }, 1, TimeSpan.Zero)
                : TestFolder.Load(module),
            Options);
        var old = ModuleFolderTests.GetAsync(server, "/run/a/");
        await entered.WaitAsync();

        _folder.Write("modules/a.wasm", "new");
        await server.Log.WaitForAsync("reloaded");
        Assert.Equal("new", await ModuleFolderTests.GetAsync(server, "/run/a/"));

        release.Release();
        Assert.Equal("from the old one", await old);
    }

    [Fact]
    public async Task NamedModule_AndAStaticFile_AreWatchedToo()
    {
        _folder.Write("elsewhere/x.wasm", "one");
        _folder.Write("static/a.txt", "one");
        await using var server = await TestServer.StartAsync(TestFolder.Load, options => options with
        {
            Modules = [new ModuleConfig("x", _folder["elsewhere/x.wasm"])],
            StaticFolder = _folder["static"],
            HotReload = true,
            WatchDebounce = TimeSpan.FromMilliseconds(30),
        });
        Assert.Equal("one", await ModuleFolderTests.GetAsync(server, "/run/x/"));

        _folder.Write("elsewhere/x.wasm", "two");
        await ModuleFolderTests.UntilAsync(server, "/run/x/", "two");
        _folder.Write("static/a.txt", "two");
        Assert.Equal("two", await ModuleFolderTests.GetAsync(server, "/static/a.txt"));
        await server.Log.WaitForAsync(_folder["static"]);
    }

    [Fact]
    public async Task Options_Change_HoldForTheNextRequestAndLoseNone()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        _folder.Write("mik.toml", "1");
        _folder.Write("static/a.txt", "file");
        MikServerOptions? next = null;
        var reads = 0;
        await using var server = await TestServer.StartAsync(
            _ => new ModuleModel((exchange, context, _) =>
            {
                if (exchange.PathWithQuery == "/slow")
                {
                    entered.Release();
                    release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
                }

                Guests.Respond(exchange, string.Join(',', context.Environment.Select(variable => variable.Value)));
            }, 1, TimeSpan.Zero),
            options => next = options with
            {
                Environment = [new("NAME", "old")],
                HotReload = true,
                WatchDebounce = TimeSpan.FromMilliseconds(30),
                Source = new OptionsSource(_folder["mik.toml"], () => ++reads == 2 ? null : next),
            });
        var slow = ModuleFolderTests.GetAsync(server, "/run/guest/slow");
        await entered.WaitAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync(new Uri("/static/a.txt", UriKind.Relative))).StatusCode);

        next = next! with { Environment = [new("NAME", "new")], StaticFolder = _folder["static"], MaxPerModuleRequests = 1, Port = 1 };
        _folder.Write("mik.toml", "2");
        await server.Log.WaitForAsync("mik.toml read again");

        var limited = await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));
        await ComponentHandlerTests.AssertProblemAsync(limited, 429, "rate-limited");
        release.Release();
        Assert.Equal("old", await slow);
        Assert.Equal("new", await ModuleFolderTests.GetAsync(server, "/run/guest/"));
        Assert.Equal("file", await ModuleFolderTests.GetAsync(server, "/static/a.txt"));
        await server.Log.WaitForAsync("restart the server for the change of: port");
        Assert.Contains("\"total\":3", await ModuleFolderTests.GetAsync(server, "/health"), StringComparison.Ordinal);

        _folder.Write("mik.toml", "broken");
        await server.Log.WaitForAsync("the old settings go on");
        next = next with { HttpAllowed = ["http://["] };
        _folder.Write("mik.toml", "not an entry");
        await WaitAsync(() => server.Log.Lines.Count(line => line.Contains("the old settings go on", StringComparison.Ordinal)) == 2);
        Assert.Equal("new", await ModuleFolderTests.GetAsync(server, "/run/guest/"));

        // What was refused is not called served.
        Assert.Single(server.Log.Lines, line => line.StartsWith("changes are served: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_WrittenAgainWhileTheyAreRead_AreReadAgain()
    {
        _folder.Write("mik.toml", "1");
        using var again = new SemaphoreSlim(0);
        MikServerOptions? next = null;
        var reads = 0;
        await using var server = await TestServer.StartAsync(
            TestFolder.Load,
            options => next = Options(options) with
            {
                Source = new OptionsSource(_folder["mik.toml"], () =>
                {
                    if (++reads == 1)
                    {
                        _folder.Write("mik.toml", "3");
                    }
                    else
                    {
                        again.Release();
                    }

                    return next;
                }),
            });

        _folder.Write("mik.toml", "2");

        Assert.True(await again.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Options_OtherFolders_AreServedAndWatched()
    {
        _folder.Write("mik.toml", "1");
        _folder.Write("modules/a.wasm", "a");
        _folder.Write("others/b.wasm", "b");
        MikServerOptions? next = null;
        await using var server = await TestServer.StartAsync(
            TestFolder.Load,
            options => next = Options(options) with { Source = new OptionsSource(_folder["mik.toml"], () => next) });
        Assert.Equal("a", await ModuleFolderTests.GetAsync(server, "/run/a/"));

        next = next! with { ModulesPath = _folder["others"], UserModulesPath = _folder["tenants"] };
        _folder.Write("mik.toml", "2");
        await server.Log.WaitForAsync("mik.toml read again");

        Assert.Equal("b", await ModuleFolderTests.GetAsync(server, "/run/b/"));
        await ModuleFolderTests.AssertMissingAsync(server, "/run/a/");
        _folder.Write("tenants/t/c.wasm", "c");
        await EventuallyAsync(server, "/tenant/t/c/", HttpStatusCode.OK);
        _folder.Write("others/b.wasm", "b again");
        await ModuleFolderTests.UntilAsync(server, "/run/b/", "b again");
    }

    private static async Task EventuallyAsync(TestServer server, string path, HttpStatusCode status)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await server.Client.GetAsync(new Uri(path, UriKind.Relative), limit.Token)).StatusCode != status)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private MikServerOptions Options(MikServerOptions options) =>
        options with { Modules = [], ModulesPath = _folder["modules"], HotReload = true, WatchDebounce = TimeSpan.FromMilliseconds(30) };

    private Task<TestServer> StartAsync() => TestServer.StartAsync(TestFolder.Load, Options);
}
