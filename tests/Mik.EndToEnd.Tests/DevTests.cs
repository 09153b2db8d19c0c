namespace Mik.EndToEnd.Tests;

/// <summary><c>mik dev</c>: what it follows, what it offers, and its keys.</summary>
public sealed class DevTests : IDisposable
{
    private const string Server = "[server]\nport = 0\nwatch_debounce_ms = 20\n";

    // A toolchain that is always there: the component is the one that which.txt names.
    private const string Toolchain = "[build]\ncommand = \"cp $(cat which.txt) dist/built.wasm\"\noutput = \"dist/built.wasm\"\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("mik-dev-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task PathDependency_ItsSourceChanged_IsBuiltAndTakenOver()
    {
        Write("shop/mik.toml", "[project]\nname = \"shop\"\n" + Server + "[dependencies]\nprices = { path = \"../prices\" }\n");
        Write("prices/mik.toml", "[project]\nname = \"prices\"\n" + Toolchain);
        Write("prices/which.txt", MikProcess.Guest("hello"));
        Assert.Equal(0, (await MikProcess.RunInAsync(At("prices"), ["build"])).ExitCode);
        Assert.Equal(0, (await MikProcess.RunInAsync(At("shop"), ["sync"], Home)).ExitCode);
        await using var mik = await MikProcess.StartAsync(["dev"], At("shop"), Home);
        using var client = mik.NewClient();
        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/prices/"));

        Write("prices/which.txt", MikProcess.Guest("state"));

        await AnswersAsync(client, "/run/prices/", "1\n");
        await mik.WroteAsync($"built {Path.Combine("..", "prices", "dist", "prices.wasm")} in ");
        await mik.WroteAsync("dependencies taken over in ");
    }

    [Fact]
    public async Task FirstBuild_ThatFails_WaitsForTheChangeThatMendsIt()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n" + Server + Toolchain);
        Write("which.txt", "no-such.wasm");
        var starting = MikProcess.StartAsync(["dev"], _folder, Home);
        while (!starting.IsCompleted && !Directory.Exists(At("dist")))
        {
            await Task.Yield();
        }

        Write("which.txt", MikProcess.Guest("hello"));
        await using var mik = await starting;
        using var client = mik.NewClient();

        await AnswersAsync(client, "/run/api/", "Hello from mik!\n");
        Assert.DoesNotContain("nothing-to-serve", mik.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(At("dist/api.wasm")), "what is made while developing is not what mik build gives");
    }

    [ToolFact("script sh")]
    public async Task OnATerminal_SyncIsOffered_AndKeysBuildTestOpenAndQuit()
    {
        Write(
            "mik.toml",
            "[project]\nname = \"api\"\n" + Server + "scripts = \"scripts/\"\n" + Toolchain + "[dependencies]\nother = { path = \"given/other.wasm\" }\n");
        Write("which.txt", MikProcess.Guest("hello"));
        Write("scripts/a.test.js", "test('a', () => expect(1).toBe(1));\n");
        Directory.CreateDirectory(At("given"));
        File.Copy(MikProcess.Guest("state"), At("given/other.wasm"));
        Write("bin/xdg-open", "#!/bin/sh\necho \"opened $1\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(At("bin/xdg-open"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await using var mik = MikProcess.StartOnTerminal(
            ["dev"], _folder, Home, ("PATH", At("bin") + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH")));
        await mik.WroteAsync("other is in mik.toml and not installed. Run mik sync now? [Y/n]");
        await mik.TypeAsync("\n");
        await mik.ListensAsync();
        using var client = mik.NewClient();
        Assert.Equal("1\n", await client.TextAsync("/run/other/"));
        await mik.WroteAsync("r build · t test · o open · q quit");

        await mik.TypeAsync("t");
        await mik.WroteAsync("1 passed");
        await mik.TypeAsync("o");
        await mik.WroteAsync($"opened {mik.Address.ToString().TrimEnd('/')}/run/api/");

        // No change of a source: only the key builds.
        File.Delete(At(".mik/dev/api.wasm"));
        await mik.TypeAsync("r");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!File.Exists(At(".mik/dev/api.wasm")))
        {
            await Task.Delay(20, limit.Token);
        }

        await mik.TypeAsync("q");
        Assert.Equal(0, await mik.ExitCodeAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("Stopped.", mik.Output, StringComparison.Ordinal);
    }

    private static async Task AnswersAsync(HttpClient client, string path, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await client.TextAsync(path) != text)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private (string Name, string Value) Home => ("MIK_HOME", At("home"));

    private string At(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }
}
