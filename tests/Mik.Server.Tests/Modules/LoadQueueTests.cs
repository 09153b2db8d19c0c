using System.Collections.Concurrent;
using Mik.AspNetCore.Threads;
using Mik.Server.Modules;
using Mik.Server.Options;

namespace Mik.Server.Tests.Modules;

/// <summary>Two places, loads that end when they are told to, and a clock that is moved by hand: who runs when.</summary>
public sealed class LoadQueueTests : IDisposable
{
    private static readonly ModuleModel Model = new((_, _, _) => { }, 1, TimeSpan.Zero);
    private static readonly TimeSpan Long = LoadQueue.Ordinary + TimeSpan.FromMilliseconds(1);

    private readonly ManualClock _clock = new();
    private readonly GuestThreads _threads = new(20, places: 20);
    private readonly TestFolder _folder = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _begun = new();
    private readonly LoadQueue _queue;

    public LoadQueueTests() => _queue = new LoadQueue(2, Load, _threads, _clock) { Limit = TimeSpan.FromSeconds(60) };

    public void Dispose()
    {
        _threads.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tenant_WithManyLoads_LeavesAPlaceToOthers()
    {
        var hostile = Enumerable.Range(0, 5).Select(i => Add($"h/{i}")).ToArray();
        await BegunAsync("h/0");

        // It does not matter how many are in line before it, nor that the one under way has only begun.
        var other = Add("a/one");
        await BegunAsync("a/one");
        End("a/one");

        Assert.Same(Model, await other.Waiter);
        Assert.False(hostile[1].Load.StartedAt.HasValue);
        End("h/0");
        await BegunAsync("h/1");
    }

    [Fact]
    public async Task Tenants_TakeTurns()
    {
        Add("/x");
        Add("/y");
        await BegunAsync("/x");
        await BegunAsync("/y");
        Add("a/1");
        Add("a/2");
        Add("b/1");

        End("/x");
        await BegunAsync("a/1");
        End("/y");

        await BegunAsync("b/1");
    }

    [Fact]
    public async Task LongLoads_GiveTheirPlacesToOthersAndGoOn()
    {
        var (first, second) = (Add("h/1"), Add("g/1"));
        await BegunAsync("h/1");
        await BegunAsync("g/1");
        var other = Add("a/1");
        _queue.Look();
        Assert.Null(other.Load.StartedAt);

        _clock.Advance(Long);
        _queue.Look();

        await BegunAsync("a/1");
        End("a/1", "h/1", "g/1");
        await Task.WhenAll(first.Waiter, second.Waiter, other.Waiter);
    }

    [Fact]
    public async Task LongLoads_WhenThereIsNoRoomBeside_BeginAgainLater()
    {
        var waiters = new[] { "h/1", "g/1", "f/1", "e/1", "a/1" }.Select(name => Add(name).Waiter).ToArray();
        await BegunAsync("h/1");
        await BegunAsync("g/1");
        _clock.Advance(Long);
        _queue.Look();
        await BegunAsync("f/1");
        await BegunAsync("e/1");

        // Four run now. The one that has run longest makes room for the fifth, and is not forgotten.
        _clock.Advance(Long);
        _queue.Look();
        await BegunAsync("a/1");
        End("a/1", "g/1", "f/1", "e/1");
        await BegunAsync("h/1");
        End("h/1");

        await Task.WhenAll(waiters);
    }

    [Fact]
    public async Task Load_ThatNobodyWaitsForAnyMore_GoesOnUntilAnotherNeedsItsPlace()
    {
        using var leaving = new CancellationTokenSource();
        var (left, stays) = (Add("h/1", leaving.Token), Add("g/1", CancellationToken.None));
        await BegunAsync("h/1");
        await BegunAsync("g/1");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.Waiter);
        _queue.Look();
        Assert.False(left.Load.IsStopped);

        Add("a/1", CancellationToken.None);

        // At once: nothing has run for long.
        await BegunAsync("a/1");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.Load.Task);
        Assert.False(stays.Load.IsStopped);
    }

    [Fact]
    public async Task Load_ThatNobodyWaitsForAnyMore_EndsWhenItMay()
    {
        using var leaving = new CancellationTokenSource();
        var left = Add("h/1", leaving.Token);
        await BegunAsync("h/1");
        await leaving.CancelAsync();
        _clock.Advance(TimeSpan.FromSeconds(50));
        _queue.Look();

        End("h/1");

        Assert.Same(Model, await left.Load.Task);
    }

    [Fact]
    public async Task Load_OverItsLimit_EndsWithAVerdict()
    {
        var load = Add("h/1");
        await BegunAsync("h/1");

        _clock.Advance(TimeSpan.FromSeconds(61));
        _queue.Look();

        var verdict = await Assert.ThrowsAsync<ModuleLoadException>(() => load.Waiter);
        Assert.True(verdict.IsVerdict);
        Assert.Contains("longer than the limit of 60 seconds", verdict.Message, StringComparison.Ordinal);
        // Its place is free when its thread has noticed.
        Add("h/2");
        await BegunAsync("h/2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Load_WhoseFileGoesOrChanges_Ends(bool goes)
    {
        var load = Add("h/1");
        await BegunAsync("h/1");

        if (goes)
        {
            File.Delete(_folder["h/1.wasm"]);
        }
        else
        {
            _folder.Write("h/1.wasm", "another one");
        }

        _queue.Look();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load.Waiter);
        Add("h/2");
        await BegunAsync("h/2");
    }

    private ModuleModel Load(ModuleConfig module, CancellationToken cancellationToken)
    {
        Of(_begun, module.Name).Release();
        Of(_gates, module.Name).Wait(cancellationToken);
        return Model;
    }

    private (ModuleLoad Load, Task<ModuleModel> Waiter) Add(string name, CancellationToken leaves = default)
    {
        _folder.Write(name.TrimStart('/') + ".wasm", name);
        var path = _folder[name.TrimStart('/') + ".wasm"];
        var load = new ModuleLoad(new ModuleConfig(name.TrimStart('/'), path), FileStamp.Of(path));
        var waiter = load.WaitAsync(load.Task, leaves);
        _queue.Add(load);
        return (load, waiter);
    }

    private Task BegunAsync(string name) => Of(_begun, name.TrimStart('/')).WaitAsync(TimeSpan.FromSeconds(60)).ContinueWith(
        begun => Assert.True(begun.Result, $"{name} did not begin"), TaskScheduler.Default);

    private void End(params string[] names)
    {
        foreach (var name in names)
        {
            Of(_gates, name.TrimStart('/')).Release();
        }
    }

    private static SemaphoreSlim Of(ConcurrentDictionary<string, SemaphoreSlim> semaphores, string name) =>
        semaphores.GetOrAdd(name, _ => new SemaphoreSlim(0));
}
