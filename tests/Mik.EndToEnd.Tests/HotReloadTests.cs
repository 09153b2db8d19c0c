using System.Net;

namespace Mik.EndToEnd.Tests;

/// <summary><c>MIK_HOT_RELOAD=1 mik run</c> on a project whose files change.</summary>
public sealed class HotReloadTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("mik-hot-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_OfEveryKind_AreServedAfterTheyChange()
    {
        Write(
            "mik.toml",
            "[project]\nname = \"hot\"\n[server]\nport = 0\nstatic = \"public\"\nscripts = \"scripts\"\nwatch_debounce_ms = 50\n[env]\nGREETING = \"old\"\n");
        Install("hello", "modules/a.wasm");
        Install("env", "modules/env.wasm");
        Write("public/a.txt", "old file");
        Write("scripts/s.js", "export default () => 'old script'");
        await using var mik = await MikProcess.ServeAsAsync([], _folder, ("MIK_HOT_RELOAD", "1"));
        using var client = mik.NewClient();
        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/a/"));
        Assert.Contains("GREETING=old", await client.TextAsync("/run/env/"), StringComparison.Ordinal);
        Assert.Equal("\"old script\"", await client.TextAsync("/script/s"));

        Install("env", "modules/a.wasm");
        await UntilAsync(client, "/run/a/", "GREETING=old");
        Write("scripts/s.js", "export default () => 'new script'");
        await UntilAsync(client, "/script/s", "new script");
        Write("public/a.txt", "new file");
        Assert.Equal("new file", await client.TextAsync("/static/a.txt"));

        Write("mik.toml", "[project]\nname = \"hot\"\n[server]\nport = 0\nstatic = 7\n");
        await WaitAsync(() => mik.Errors.Contains("mik.toml:5:", StringComparison.Ordinal));
        Assert.Equal("new file", await client.TextAsync("/static/a.txt"));
        Write("mik.toml", "[project]\nname = \"hot\"\n[server]\nport = 0\n[env]\nGREETING = \"new\"\n");
        await UntilAsync(client, "/run/env/", "GREETING=new");
        Assert.Equal(HttpStatusCode.NotFound, (await client.AskAsync("/static/a.txt")).StatusCode);

        await File.WriteAllTextAsync(Path.Combine(_folder, "modules/a.wasm"), "no component");
        await WaitAsync(() => mik.Errors.Contains("the old one goes on", StringComparison.Ordinal));
        Assert.Contains("GREETING=new", await client.TextAsync("/run/a/"), StringComparison.Ordinal);
        mik.Signal("TERM");
        Assert.Equal(0, await mik.ExitCodeAsync(Limit));
    }

    private static async Task UntilAsync(HttpClient client, string path, string expected)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!(await client.TextAsync(path)).Contains(expected, StringComparison.Ordinal))
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private void Install(string guest, string path) => Move(path, File.ReadAllBytes(MikProcess.Guest(guest)));

    private void Write(string path, string text) => Move(path, System.Text.Encoding.UTF8.GetBytes(text));

    private void Move(string path, byte[] bytes)
    {
        var target = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target + ".new", bytes);
        File.Move(target + ".new", target, overwrite: true);
    }
}
