using Mik.Server.Modules;

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

    private static ModuleState State(string path, Func<ModuleConfig, ModuleModel> load) =>
        TestModules.State("m", path, load);
}
