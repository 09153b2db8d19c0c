using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasi.Http;

namespace Mik.Server.Tests.Modules;

/// <summary>
/// Instances that serve several requests (<c>reuse_instances</c>). The guest answers with how many requests its instance has had (<c>guests/p3/reuse.c</c>).
/// </summary>
public sealed class SharedInstanceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public SharedInstanceTests() => Lay("modules/app.wasm", "p3/reuse");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Get_WithoutReuse_HasAnInstanceOfItsOwn()
    {
        await using var server = await StartAsync(options => options);
        Assert.Equal(["1", "1"], await GetAsync(server, "/", "/"));
    }

    [Fact]
    public async Task Get_WithReuse_FindsWhatTheOneBeforeLeft_UntilTheInstanceHasHadItsNumber()
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 3 });
        Assert.Equal(["1", "2", "3", "1", "2"], await GetAsync(server, "/", "/", "/", "/", "/"));
    }

    [Fact]
    public async Task Get_ModuleWithItsOwnNumber_DoesNotAskTheServers()
    {
        Lay("modules/other.wasm", "p3/reuse");
        await using var server = await StartAsync(
            options => options with { ReuseInstances = 3, ModuleOptions = new Dictionary<string, ModuleOptions> { ["app"] = new() { ReuseInstances = 1 } } });
        Assert.Equal(["1", "1"], await GetAsync(server, "/", "/"));
        Assert.Equal("1\n", await (await SendAsync(server, "/run/other/")).Content.ReadAsStringAsync());
        Assert.Equal("2\n", await (await SendAsync(server, "/run/other/")).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/trap", HttpStatusCode.InternalServerError)]
    [InlineData("/wait", HttpStatusCode.GatewayTimeout)]
    [InlineData("/stubborn", HttpStatusCode.GatewayTimeout)]
    [InlineData("/spin", HttpStatusCode.GatewayTimeout)]
    public async Task Get_AfterOneThatFailed_HasAFreshInstance(string path, HttpStatusCode status)
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 10, ExecutionTimeout = TimeSpan.FromSeconds(8) });
        Assert.Equal(["1", "2"], await GetAsync(server, "/", "/"));
        Assert.Equal(status, (await SendAsync(server, "/run/app" + path)).StatusCode);
        Assert.Equal(["1", "2"], await GetAsync(server, "/", "/"));
    }

    [Fact]
    public async Task Get_TwoAtOnce_ShareAnInstanceAndWaitForEachOther()
    {
        await using var server = await StartAsync(AtOnce(2));
        var first = GetAsync(server, "/meet");
        await server.Log.WaitForAsync("it waits");
        await EnterAsync(server, 2);
        var second = await GetAsync(server, "/meet");
        Assert.Equal(second, await first);
    }

    [Fact]
    public async Task Get_TwoAtOnceWithoutConcurrency_HaveAnInstanceEach()
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 10 });
        using var left = new CancellationTokenSource();
        var first = server.Client.GetAsync(new Uri("/run/app/wait", UriKind.Relative), left.Token);
        await server.Log.WaitForAsync("it waits");
        Assert.Equal(["1", "2"], await GetAsync(server, "/", "/"));
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task Get_BesideOneThatTraps_IsEndedWithItAndBlamesNobody()
    {
        // One that comes while code runs in the instance gets another: then all begin again.
        var (server, waiting) = (await StartAsync(AtOnce(20)), new List<Task<HttpResponseMessage>>());
        while (waiting.Count < 6)
        {
            waiting.Add(server.Client.GetAsync(new Uri("/run/app/wait", UriKind.Relative)));
            if (!await TryEnterAsync(server, waiting.Count + 1, seconds: 10))
            {
                await server.DisposeAsync();
                (server, waiting) = (await StartAsync(AtOnce(20)), []);
            }
        }

        await using var ended = server;
        Assert.Equal(HttpStatusCode.InternalServerError, (await server.Client.GetAsync(new Uri("/run/app/trap", UriKind.Relative))).StatusCode);
        foreach (var request in waiting)
        {
            await ComponentHandlerTests.AssertProblemAsync(await request, 500, "handler-error");
            Assert.Contains("another request", await (await request).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        // More than five in a row would open the circuit.
        Assert.Single(await GetAsync(server, "/"));
    }

    [Fact]
    public async Task Get_WhileOneThatLeftIsNotOver_HasAFreshInstance()
    {
        // Nothing ends it: its last moment would be the clock's.
        var clock = new TimerClock(goesOn: true);
        await using var server = await StartAsync(AtOnce(10), clock);
        using var left = new CancellationTokenSource();
        var inside = server.Client.GetAsync(new Uri("/run/app/stubborn", UriKind.Relative), left.Token);
        await server.Log.WaitForAsync("it waits");
        await EnterAsync(server, 2);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inside);
        await server.Log.WaitForAsync("it is told to stop");
        Assert.Equal(["1"], await GetAsync(server, "/live"));
    }

    [Fact]
    public async Task Get_WhileTheGuestLetsNoCallBegin_HasAFreshInstance()
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 10 });
        Assert.Equal(["1", "2", "1"], await GetAsync(server, "/", "/closed", "/"));
    }

    [Fact]
    public async Task Get_MemoryThatTheOneBeforeTook_CountsForIt()
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 10, MemoryLimitBytes = 16 << 20 });
        Assert.Equal(["1", "2"], await GetAsync(server, "/grow", "/"));
        Assert.Equal(HttpStatusCode.InternalServerError, (await SendAsync(server, "/run/app/grow")).StatusCode);
        Assert.Equal(["1", "2"], await GetAsync(server, "/grow", "/"));
    }

    [Fact]
    public async Task Get_HandlesThatTheOneBeforeKept_AreOfUse()
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 10 });
        Assert.Equal(["1", "2", "3"], await GetAsync(server, "/keep", "/keep", "/keep"));
    }

    [Fact]
    public async Task Get_FieldsOfARequestThatWasKept_AreNotThoseOfTheNextOne()
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 10 });

        // On one connection, of which the server uses the objects again.
        Assert.Equal(["1"], await GetAsync(server, "/hold"));
        server.Client.DefaultRequestHeaders.Add("x-secret", "of the next one");
        Assert.Equal(["0"], await GetAsync(server, "/held"));
    }

    [Fact]
    public async Task Get_AfterOneThatLeftMuch_HasAFreshInstance()
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 10, MemoryLimitBytes = 8 << 20 });
        Assert.Equal(["1", "2", "1"], await GetAsync(server, "/", "/leave", "/"));
    }

    [Fact]
    public async Task Get_LineToAStreamOfTheOneBefore_IsThatOfTheRequest()
    {
        await using var server = await StartAsync(options => options with { ReuseInstances = 10 });
        foreach (var id in (string[])["one-request", "another-request"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/run/app/say", UriKind.Relative));
            request.Headers.Add("x-request-id", id);
            (await server.Client.SendAsync(request)).EnsureSuccessStatusCode();
            await server.Log.WaitForLineAsync(line => line.Contains("a line", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Get_AfterASecondWithoutRequests_HasAFreshInstance()
    {
        var clock = new IdleClock();
        await using var server = await StartAsync(options => options with { ReuseInstances = 10 }, clock);
        Assert.Equal(["1", "2"], await GetAsync(server, "/", "/"));
        clock.PassIdleTime();
        Assert.Equal(["1"], await GetAsync(server, "/"));
    }

    [Fact]
    public async Task Get_ModuleOfATenant_HasAnInstanceOfItsOwn()
    {
        Lay("tenants/a/app.wasm", "p3/reuse");
        await using var server = await StartAsync(
            options => options with
            {
                ReuseInstances = 10,
                UserModulesPath = _folder["tenants"],
                ModuleOptions = new Dictionary<string, ModuleOptions> { ["app"] = new() { ReuseInstances = 10 } },
            });
        Assert.Equal("1\n", await (await SendAsync(server, "/tenant/a/app/")).Content.ReadAsStringAsync());
        Assert.Equal("1\n", await (await SendAsync(server, "/tenant/a/app/")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_GuestOf02_HasAnInstanceOfItsOwn()
    {
        Lay("modules/old.wasm", "state");
        await using var server = await StartAsync(options => options with { ReuseInstances = 10 });
        var first = await (await SendAsync(server, "/run/old/")).Content.ReadAsStringAsync();
        Assert.Equal(first, await (await SendAsync(server, "/run/old/")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_FileThatChangesWhileItsInstanceIsShared_IsServedAtOnce()
    {
        var clock = new TimerClock(goesOn: true);
        await using var server = await StartAsync(options => AtOnce(10)(options) with { LoadTimeout = TimeSpan.FromHours(1) }, clock);
        using var left = new CancellationTokenSource();
        var inside = server.Client.GetAsync(new Uri("/run/app/wait", UriKind.Relative), left.Token);
        await server.Log.WaitForAsync("it waits");
        await EnterAsync(server, 2);

        Lay("modules/app.wasm", "p3/hello");
        var limit = DateTime.UtcNow.AddSeconds(60);
        while (await server.Client.GetStringAsync(new Uri("/run/app/", UriKind.Relative), CancellationToken.None) != "Hello from mik!\n")
        {
            clock.Pass(TimeSpan.FromSeconds(1));
            Assert.True(DateTime.UtcNow < limit, "the new file is not served");
        }

        Assert.False(inside.IsCompleted);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inside);
    }

    /// <summary>Asks until so many are in an instance at once, this one with them: none comes in while code runs.</summary>
    private static async Task EnterAsync(TestServer server, int number) =>
        Assert.True(await TryEnterAsync(server, number, seconds: 60), $"there are never {number} in one instance");

    private static async Task<bool> TryEnterAsync(TestServer server, int number, int seconds)
    {
        var limit = DateTime.UtcNow.AddSeconds(seconds);
        while ((await GetAsync(server, "/live"))[0] != number.ToString(CultureInfo.InvariantCulture))
        {
            if (DateTime.UtcNow > limit)
            {
                return false;
            }
        }

        return true;
    }

    private static Func<MikServerOptions, MikServerOptions> AtOnce(int number) => options => options with
    {
        ReuseInstances = 1_000_000,
        ModuleOptions = new Dictionary<string, ModuleOptions> { ["app"] = new() { ReuseConcurrency = number } },
    };

    private static async Task<string[]> GetAsync(TestServer server, params string[] paths)
    {
        var answers = new List<string>();
        foreach (var path in paths)
        {
            answers.Add((await (await SendAsync(server, "/run/app" + path)).EnsureSuccessStatusCode().Content.ReadAsStringAsync()).Trim());
        }

        return [.. answers];
    }

    /// <summary>A request, to its very end: a guest may still run when the client has its answer.</summary>
    private static async Task<HttpResponseMessage> SendAsync(TestServer server, string path)
    {
        var id = Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Add("x-request-id", id);
        var response = await server.Client.SendAsync(request);
        await server.Log.WaitForLineAsync(line => line.StartsWith("GET ", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));

        return response;
    }

    private void Lay(string file, string guest)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.Copy(Testing.Guests.PathOf(guest), _folder[file], overwrite: true);
    }

    private Task<TestServer> StartAsync(Func<MikServerOptions, MikServerOptions> change, TimeProvider? clock = null)
    {
        var options = new MikServerOptions();
        return TestServer.StartAsync(
            module => new ModuleLoader(options).Load(module, CancellationToken.None),

            // The first request waits for the guest to be compiled, which takes long on a busy machine.
            given => options = change(given with { Modules = [], ModulesPath = _folder["modules"], ExecutionTimeout = TimeSpan.FromMinutes(10) }),
            clock ?? new IdleClock());
    }

    /// <summary>
    /// The system's time, but that no instance is without requests for too long unless the test says so: a busy machine may take more than a second
    /// between two requests.
    /// </summary>
    private sealed class IdleClock : TimeProvider
    {
        private static readonly TimeSpan IdleTime = new InstanceReuse().IdleTime;

        private readonly ConcurrentBag<Timer> _timers = [];
        private long _passed;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _passed);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(base.CreateTimer(callback, state, dueTime, period), () => callback(state));
            _timers.Add(timer);
            return timer;
        }

        /// <summary>Now instances have been without requests for too long.</summary>
        public void PassIdleTime()
        {
            Interlocked.Add(ref _passed, (long)(IdleTime.TotalSeconds * TimestampFrequency));
            foreach (var timer in _timers.Where(timer => timer.IsOfIdle))
            {
                timer.Run();
            }
        }

        private sealed class Timer(ITimer timer, Action run) : ITimer
        {
            public bool IsOfIdle { get; private set; }

            public Action Run => run;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                IsOfIdle = dueTime == IdleTime;
                return timer.Change(IsOfIdle ? Timeout.InfiniteTimeSpan : dueTime, period);
            }

            public void Dispose()
            {
                IsOfIdle = false;
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
