using System.Collections.Concurrent;
using System.Net;
using Mik.Server.Options;


namespace Mik.Server.Tests.Modules;

public sealed class ModuleFolderTests : IDisposable
{
    private static readonly TimeSpan OneLook = TimeSpan.FromSeconds(1.1);

    private readonly TestFolder _folder = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Folder_ItsComponents_AreServedByTheirNames()
    {
        _folder.Write("api.wasm", "api");
        _folder.Write("auth-composed.wasm", "auth");
        _folder.Write("both.wasm", "plain");
        _folder.Write("both-composed.wasm", "composed");
        _folder.Write("my component.wasm", "illegal");
        _folder.Write(".hidden.wasm", "hidden");
        _folder.Write("notes.txt", "text");
        await using var server = await StartAsync();

        Assert.Equal("api", await GetAsync(server, "/run/api/"));
        Assert.Equal("auth", await GetAsync(server, "/run/auth/x?y"));
        Assert.Equal("composed", await GetAsync(server, "/run/both"));
        await AssertMissingAsync(server, "/run/auth-composed/");
        await AssertMissingAsync(server, "/run/notes/");
        await AssertMissingAsync(server, "/run/hidden/");
        Assert.Contains(
            server.Log.Lines, line => line.Contains("my component.wasm", StringComparison.Ordinal) && line.Contains("legal", StringComparison.Ordinal));
        Assert.Contains(server.Log.Lines, line => line.Contains("both.wasm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Folder_FileComesChangesAndGoes_IsNoticedWithinASecond()
    {
        await using var server = await StartAsync();
        await AssertMissingAsync(server, "/run/a/");

        _folder.Write("a.wasm", "one");
        _clock.Advance(OneLook);
        Assert.Equal("one", await GetAsync(server, "/run/a/"));

        _folder.Write("a.wasm", "two");
        _clock.Advance(OneLook);
        Assert.Equal("two", await GetAsync(server, "/run/a/"));

        _folder.Delete("a.wasm");
        _clock.Advance(OneLook);
        await AssertMissingAsync(server, "/run/a/");

        _folder.Write("a.wasm", "three");
        _clock.Advance(OneLook);
        Assert.Equal("three", await GetAsync(server, "/run/a/"));
    }

    [Fact]
    public async Task Folder_BrokenReplacement_KeepsTheOldOneAndSaysWhy()
    {
        _folder.Write("a.wasm", "good");
        await using var server = await StartAsync();
        Assert.Equal("good", await GetAsync(server, "/run/a/"));

        _folder.Write("a.wasm", "bad");
        _clock.Advance(OneLook);
        Assert.Equal("good", await GetAsync(server, "/run/a/"));
        await server.Log.WaitForAsync("it is bad");
        Assert.Contains(
            server.Log.Lines, line => line.Contains("the old one goes on", StringComparison.Ordinal) && line.Contains("module=a", StringComparison.Ordinal));
        for (var look = 0; look < 3; look++)
        {
            _clock.Advance(OneLook);
            Assert.Equal("good", await GetAsync(server, "/run/a/"));
        }

        Assert.Single(server.Log.Lines, line => line.Contains("it is bad", StringComparison.Ordinal));

        _folder.Write("a.wasm", "better");
        _clock.Advance(OneLook);
        Assert.Equal("better", await GetAsync(server, "/run/a/"));
    }

    [Fact]
    public async Task Folder_BadFromTheStart_Is502UntilItIsReplaced()
    {
        _folder.Write("a.wasm", "bad");
        _folder.Write("b.wasm", "fine");
        await using var server = await StartAsync();
        Assert.Empty(await server.Server.LoadAsync(CancellationToken.None));

        var body = await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/a/", UriKind.Relative)), 502, "module-invalid");
        Assert.Contains("it is bad", body, StringComparison.Ordinal);
        Assert.Equal("fine", await GetAsync(server, "/run/b/"));

        _folder.Write("a.wasm", "good");
        Assert.Equal("good", await GetAsync(server, "/run/a/"));
    }

    [Fact]
    public async Task Folder_NobodyWatches_TheFirstRequestAfterAChangeGetsTheNewCode()
    {
        _folder.Write("a.wasm", "old");
        await using var server = await StartAsync();
        Assert.Equal("old", await GetAsync(server, "/run/a/"));

        foreach (var text in new[] { "new", "newer" })
        {
            _folder.Write("a.wasm", text);
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            Assert.Equal(text, await GetAsync(server, "/run/a/"));
        }
    }

    [Fact]
    public async Task Folder_FileThatIsStillBeingWritten_DoesNotReplace()
    {
        _folder.Write("a.wasm", "old");
        await using var server = await StartAsync();
        Assert.Equal("old", await GetAsync(server, "/run/a/"));

        await File.WriteAllTextAsync(_folder["a.wasm"], "bad: half of it");
        File.SetLastWriteTimeUtc(_folder["a.wasm"], _clock.GetUtcNow().UtcDateTime + OneLook);
        _clock.Advance(OneLook + TimeSpan.FromMilliseconds(100));
        Assert.Equal("old", await GetAsync(server, "/run/a/"));
        await File.WriteAllTextAsync(_folder["a.wasm"], "new");
        File.SetLastWriteTimeUtc(_folder["a.wasm"], _clock.GetUtcNow().UtcDateTime);
        _clock.Advance(OneLook);
        await UntilAsync(server, "/run/a/", "new");

        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("it is bad", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Folder_ThatIsMissing_ServesNothingUntilItIsThere()
    {
        await using var server = await StartAsync(options => options with { ModulesPath = _folder["later"] });
        await AssertMissingAsync(server, "/run/a/");

        _folder.Write("later/a.wasm", "here");
        _clock.Advance(OneLook);

        Assert.Equal("here", await GetAsync(server, "/run/a/"));
    }

    [Fact]
    public async Task OneFile_InPlaceOfAFolder_IsServedAlone()
    {
        _folder.Write("one.wasm", "one");
        _folder.Write("two.wasm", "two");
        await using var server = await StartAsync(options => options with { ModulesPath = _folder["one.wasm"] });

        Assert.Equal("one", await GetAsync(server, "/run/one/"));
        await AssertMissingAsync(server, "/run/two/");
    }

    [Fact]
    public async Task NamedModule_AndOneOfTheFolder_TheNamedOneGoesFirst()
    {
        _folder.Write("guest.wasm", "of the folder");
        _folder.Write("elsewhere/x.wasm", "named");
        await using var server = await StartAsync(options => options with { Modules = [new("guest", _folder["elsewhere/x.wasm"])] });

        Assert.Equal("named", await GetAsync(server, "/run/guest/"));
        Assert.Contains("\"known\":1", await GetAsync(server, "/health"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Symlink_ToAnotherVersion_IsNoticed()
    {
        _folder.Write("v1", "one");
        _folder.Write("v2", "two");
        File.CreateSymbolicLink(_folder["a.wasm"], _folder["v1"]);
        await using var server = await StartAsync();
        Assert.Equal("one", await GetAsync(server, "/run/a/"));

        File.Delete(_folder["a.wasm"]);
        File.CreateSymbolicLink(_folder["a.wasm"], _folder["v2"]);
        _clock.Advance(OneLook);

        Assert.Equal("two", await GetAsync(server, "/run/a/"));
    }

    [Fact]
    public async Task Cache_FullByNumber_LetsGoWhatWasUsedLongestAgo()
    {
        await using var server = await StartWithThreeAsync(options => options with { CacheSize = 2 });

        await UseAsync(server, "a", "b", "a", "c", "a", "b");

        var metrics = await GetAsync(server, "/metrics");
        Assert.Contains("mik_module_cache_entries 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_module_cache_evictions_total 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_module_cache_hits_total{module=\"a\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_module_cache_misses_total{module=\"b\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_module_cache_bytes{module=\"c\"} 0\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cache_FullByBytes_KeepsAtLeastTheNewest()
    {
        await using var server = await StartWithThreeAsync(options => options with { MaxCacheBytes = 25 });

        await UseAsync(server, "a", "b", "c");
        Assert.Contains("\"cache\":{\"modules\":2,\"bytes\":20,", await GetAsync(server, "/health"), StringComparison.Ordinal);

        _folder.Write("large.wasm", new string('x', 100));
        _clock.Advance(OneLook);
        await UseAsync(server, "large");
        Assert.Contains("\"cache\":{\"modules\":1,\"bytes\":100,", await GetAsync(server, "/health"), StringComparison.Ordinal);
        await UseAsync(server, "large", "a", "large");
    }

    [Fact]
    public async Task FirstRequests_ManyAtOnce_LoadOnceAndAllSucceed()
    {
        _folder.Write("a.wasm", "a");
        var loads = 0;
        await using var server = await TestServer.StartAsync(
            module =>
            {
                Interlocked.Increment(ref loads);
                return TestFolder.Load(module);
            },
            options => options with { Modules = [], ModulesPath = _folder.Path });

        var answers = await Task.WhenAll(Enumerable.Range(0, 75).Select(_ => GetAsync(server, "/run/a/")));

        Assert.All(answers, answer => Assert.Equal("a", answer));
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task Models_ReplacedEvictedOrGone_AreReleasedOnce()
    {
        var released = new ConcurrentQueue<string>();
        foreach (var name in (string[])["a", "b", "c"])
        {
            _folder.Write($"{name}.wasm", name + "1");
        }

        await using var server = await TestServer.StartAsync(
            module =>
            {
                var model = TestFolder.Load(module);
                var text = File.ReadAllText(module.Path);
                return model with { Release = () => released.Enqueue(text) };
            },
            options => options with { Modules = [], ModulesPath = _folder.Path, CacheSize = 2 },
            _clock);
        await UseAsync(server, "a", "b");

        _folder.Write("a.wasm", "a2");
        _clock.Advance(OneLook);
        await UntilAsync(server, "/run/a/", "a2");
        await WaitForAsync(released, 1);
        await UseAsync(server, "c");
        await WaitForAsync(released, 2);
        _folder.Delete("a.wasm");
        _clock.Advance(OneLook);
        await AssertMissingAsync(server, "/run/a/");
        await WaitForAsync(released, 3);

        Assert.Equal(["a1", "b1", "a2"], released);
    }

    private static async Task WaitForAsync(ConcurrentQueue<string> released, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (released.Count < count)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    internal static async Task AssertMissingAsync(TestServer server, string path) =>
        await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri(path, UriKind.Relative)), 404, "module-not-found");

    internal static Task<string> GetAsync(TestServer server, string path) => server.Client.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>Asks until the answer is the new one; only the old one may come before it.</summary>
    internal static async Task UntilAsync(TestServer server, string path, string expected)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var first = await GetAsync(server, path);
        for (var answer = first; answer != expected; answer = await GetAsync(server, path))
        {
            Assert.Equal(first, answer);
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private Task<TestServer> StartAsync(Func<MikServerOptions, MikServerOptions>? change = null) => TestServer.StartAsync(
        TestFolder.Load,
        options =>
        {
            options = options with { Modules = [], ModulesPath = _folder.Path };
            return change?.Invoke(options) ?? options;
        },
        _clock);

    private Task<TestServer> StartWithThreeAsync(Func<MikServerOptions, MikServerOptions> change)
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            _folder.Write($"{name}.wasm", new string(name[0], 10));
        }

        return StartAsync(change);
    }

    private async Task UseAsync(TestServer server, params string[] names)
    {
        foreach (var name in names)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri($"/run/{name}/", UriKind.Relative))).StatusCode);
        }
    }
}
