namespace Mik.EndToEnd.Tests;

/// <summary>Code that one run of mik leaves to the next.</summary>
public sealed class CompiledCodeTests : IDisposable
{
    private const string Answer = "Hello from Rust!\n";

    private readonly string _home = Directory.CreateTempSubdirectory("mik-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task SecondRun_ServesFromWhatTheFirstKept_AndFromWhatIsDamagedToo()
    {
        Assert.Equal(Answer, await ServeOnceAsync());
        var kept = Directory.GetFiles(_home, "*", SearchOption.AllDirectories);
        var assembly = Assert.Single(kept, file => file.EndsWith(".dll", StringComparison.Ordinal));

        Assert.Equal(Answer, await ServeOnceAsync());
        Assert.Equal(kept.Order(), Directory.GetFiles(_home, "*", SearchOption.AllDirectories).Order());

        await File.WriteAllTextAsync(assembly, "not an assembly");
        Assert.Equal(Answer, await ServeOnceAsync());
        Assert.False(File.Exists(assembly), "the damaged file is still there");

        var (exitCode, list, _) = await MikProcess.RunAsync(["cache", "list"], Home);
        Assert.Equal(0, exitCode);
        Assert.Contains("2 files of compiled code", list, StringComparison.Ordinal);
        Assert.Equal(0, (await MikProcess.RunAsync(["cache", "clean"], Home)).ExitCode);
        Assert.Empty(Directory.GetFiles(_home, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ProcessesAtTheSameTime_AllServe_AndLeaveOneGoodEntry()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ServeOnceAsync()));

        Assert.All(answers, answer => Assert.Equal(Answer, answer));
        Assert.Single(Directory.GetFiles(_home, "*.code", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(_home, "*.part", SearchOption.AllDirectories));
        Assert.Equal(Answer, await ServeOnceAsync());
    }

    [Fact]
    public async Task TurnedOff_KeepsNothing()
    {
        Assert.Equal(Answer, await ServeOnceAsync(("MIK_CODE_CACHE", "off")));

        Assert.Empty(Directory.GetFiles(_home, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Precompile_WithTheCompiler_ServesMachineCode_AndWithoutItSaysWhatIsMissing()
    {
        var rust = MikProcess.Guest("rust");
        var (exitCode, _, errors) = await MikProcess.RunAsync(["cache", "precompile", rust], Home, ("MIK_CROSSGEN", "/no/such/compiler"));
        Assert.Equal(1, exitCode);
        Assert.Contains("there is no compiler to machine code", errors, StringComparison.Ordinal);

        (exitCode, var output, errors) = await MikProcess.RunAsync(["cache", "precompile", rust], Home);
        if (errors.Contains("there is no compiler to machine code", StringComparison.Ordinal))
        {
            return;
        }

        Assert.Equal((0, true), (exitCode, output.Contains("rust.wasm: compiled in", StringComparison.Ordinal)));
        Assert.Single(Directory.GetFiles(_home, "*.native", SearchOption.AllDirectories));
        Assert.Equal(Answer, await ServeOnceAsync());
        Assert.Contains("nothing to do", (await MikProcess.RunAsync(["cache", "precompile", rust], Home)).Output, StringComparison.Ordinal);
    }

    private (string Name, string Value) Home => ("MIK_HOME", _home);

    private async Task<string> ServeOnceAsync(params (string Name, string Value)[] environment)
    {
        await using var mik = await MikProcess.ServePathsAsync([MikProcess.Guest("rust")], [Home, .. environment]);
        using var client = mik.NewClient();
        return await client.GetStringAsync(new Uri("/run/rust/", UriKind.Relative));
    }
}
