using Mik.Server.Modules;
using Mik.Server.Options;

namespace Mik.Server.Tests.Modules;

public sealed class ModuleStateTests
{
    private static readonly ModuleModel Model = new((_, _, _) => { }, 1, TimeSpan.Zero);

    [Fact]
    public async Task GetModelAsync_ManyAtOnce_LoadOnce()
    {
        var loads = 0;
        using var release = new ManualResetEventSlim();
        var module = State("m.wasm", _ =>
        {
            Interlocked.Increment(ref loads);
            release.Wait();
            return Model;
        });

        var waiting = Enumerable.Range(0, 75).Select(_ => module.GetModelAsync(CancellationToken.None).AsTask()).ToArray();
        release.Set();

        Assert.All(await Task.WhenAll(waiting), model => Assert.Same(Model, model));
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task GetModelAsync_OneCallerGivesUp_TheLoadGoesOn()
    {
        using var release = new ManualResetEventSlim();
        var module = State("m.wasm", _ =>
        {
            release.Wait();
            return Model;
        });
        using var impatient = new CancellationTokenSource();
        var first = module.GetModelAsync(impatient.Token).AsTask();
        var second = module.GetModelAsync(CancellationToken.None).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.Set();

        Assert.Same(Model, await second);
    }

    [Fact]
    public async Task GetModelAsync_BadFile_IsTriedAgainOnlyWhenItChanged()
    {
        var path = Path.GetTempFileName();
        var loads = 0;
        var module = State(path, config => ++loads < 2 ? throw new ModuleLoadException(config, "bad") : Model);

        await Assert.ThrowsAsync<ModuleLoadException>(() => module.GetModelAsync(CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<ModuleLoadException>(() => module.GetModelAsync(CancellationToken.None).AsTask());
        Assert.Equal(1, loads);

        await File.WriteAllTextAsync(path, "changed");
        Assert.Same(Model, await module.GetModelAsync(CancellationToken.None));
        File.Delete(path);
    }

    [Fact]
    public async Task GetModelAsync_LoadSlowerThanARequest_IsThereForALaterOne()
    {
        var loads = 0;
        using var release = new ManualResetEventSlim();
        var module = State("m.wasm", _ =>
        {
            Interlocked.Increment(ref loads);
            release.Wait();
            return Model;
        });
        using var deadline = new CancellationTokenSource();
        var first = module.GetModelAsync(deadline.Token).AsTask();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        release.Set();

        Assert.Same(Model, await module.GetModelAsync(CancellationToken.None));
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task GetModelAsync_FileThatCouldNotBeRead_IsTriedAgain()
    {
        var loads = 0;
        var module = State("m.wasm", config => ++loads < 2 ? throw new ModuleLoadException(config, "too many open files") { IsVerdict = false } : Model);

        await Assert.ThrowsAsync<ModuleLoadException>(() => module.GetModelAsync(CancellationToken.None).AsTask());

        Assert.Same(Model, await module.GetModelAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Retire_WhileItLoads_EndsTheLoad()
    {
        using var begun = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        var factory = new ModuleFactory(new MikServerOptions(), (_, cancellationToken) =>
        {
            begun.Release();
            cancellationToken.WaitHandle.WaitOne();
            ended.Release();
            throw new OperationCanceledException(cancellationToken);
        }, new Mik.AspNetCore.Threads.GuestThreads(4), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var module = factory.Create(new ModuleConfig("m", "m.wasm"));
        var waiting = module.GetModelAsync(CancellationToken.None).AsTask();
        Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(60)));

        module.Retire();

        var exception = await Assert.ThrowsAsync<ModuleLoadException>(() => waiting);
        Assert.True(exception.IsMissing);
        Assert.True(await ended.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private static ModuleState State(string path, Func<ModuleConfig, ModuleModel> load) =>
        TestModules.State("m", path, load);
}
