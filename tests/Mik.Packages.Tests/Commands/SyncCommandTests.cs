using System.Text.Json;
using Mik.Packages.Oci;
using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Commands;

/// <summary>The other commands of packages, as a user types them.</summary>
public sealed class SyncCommandTests : IAsyncLifetime
{
    private FakeRegistry _registry = null!;
    private TestProject _project = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _project = new TestProject(_registry);
        _registry.Add("dufeutech/router", "v1.0.0", Guests.Read("hello"));
        _registry.Add("dufeutech/router", "v1.2.0", Guests.Read("echo"));
        _registry.Add("dufeutech/router", "v2.0.0-rc.1", Guests.Read("echo"));
        _registry.Add("dufeutech/auth", "latest", Guests.Read("env"));
        _project.Write("\"dufeutech/router\" = \"v1.0.0\"", "\"dufeutech/auth\" = \"latest\"");
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Sync_Json_TellsEveryDependency()
    {
        var report = await MikCommand.JsonAsync(_project, _registry, "sync");

        var changes = report.GetProperty("changes").EnumerateArray().ToArray();
        Assert.Equal(["dufeutech/auth", "dufeutech/router"], changes.Select(change => change.GetProperty("name").GetString()));
        Assert.All(changes, change => Assert.Equal("added", change.GetProperty("change").GetString()));
        Assert.Equal(Digest.Of(Guests.Read("env")).ToString(), changes[0].GetProperty("after").GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Sync_DryRun_WritesNothing()
    {
        var before = _project.Snapshot();

        Assert.Contains("would be added dufeutech/router", await MikCommand.SucceedAsync(_project, _registry, "sync", "--dry-run"), StringComparison.Ordinal);
        Assert.Equal(before, _project.Snapshot());
    }

    [Theory]
    [InlineData("--locked")]
    [InlineData("--frozen")]
    public async Task Sync_LockedWithoutLock_Fails(string flag)
    {
        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "sync", flag);

        Assert.Equal(1, exitCode);
        Assert.Contains("mik.lock would change", errors, StringComparison.Ordinal);
        Assert.Empty(_registry.Requests);
    }

    [Fact]
    public async Task Sync_Twice_ThenFrozenWithoutRegistry_Reproduces()
    {
        await MikCommand.SucceedAsync(_project, _registry, "sync");
        Directory.Delete(_project["modules"], recursive: true);

        await MikCommand.SucceedAsync(_project, registry: null, "sync", "--frozen");

        Assert.Equal(["auth.wasm", "router.wasm"], _project.Modules);
    }

    [Fact]
    public async Task Outdated_ShowsMovedTagsAndNewerVersions()
    {
        await MikCommand.SucceedAsync(_project, _registry, "sync");
        Assert.Contains("v1.2.0", await MikCommand.SucceedAsync(_project, _registry, "outdated"), StringComparison.Ordinal);
        var moved = _registry.Add("dufeutech/auth", "latest", Guests.Read("state"));

        var packages = (await MikCommand.JsonAsync(_project, _registry, "outdated")).EnumerateArray().ToDictionary(
            package => package.GetProperty("name").GetString()!);
        var (exitCode, _, _) = await MikCommand.RunAsync(_project, _registry, "outdated", "--exit-code");

        Assert.True(packages["dufeutech/auth"].GetProperty("has_moved").GetBoolean());
        Assert.Equal(moved.ToString(), packages["dufeutech/auth"].GetProperty("current").GetString());
        Assert.Equal("v1.2.0", packages["dufeutech/router"].GetProperty("newest").GetString());
        Assert.False(packages["dufeutech/router"].GetProperty("has_moved").GetBoolean());
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public Task UpdateLatest_TakesTheNewestAndWritesIt() => UpdatesLatestAsync(_registry.Authority);

    [RealRegistryFact]
    public async Task UpdateLatest_OfARealRegistry_TakesTheNewestAndWritesIt()
    {
        await using var registry = await RealRegistry.StartAsync();
        await UpdatesLatestAsync(registry.Authority);
    }

    private async Task UpdatesLatestAsync(string authority)
    {
        await File.WriteAllBytesAsync(_project["one.wasm"], Guests.Read("loop"));
        await File.WriteAllBytesAsync(_project["two.wasm"], Guests.Read("echo"));
        _project.Write();
        await MikCommand.SucceedAsync(_project, _registry, "publish", $"{authority}/myorg/app:v1.9.0", "one.wasm");
        await MikCommand.SucceedAsync(_project, _registry, "add", $"{authority}/myorg/app:v1.9.0");
        await MikCommand.SucceedAsync(_project, _registry, "publish", $"{authority}/myorg/app:v1.10.0", "one.wasm");
        await MikCommand.SucceedAsync(_project, _registry, "publish", $"{authority}/myorg/app:v2.0.0", "two.wasm");
        await MikCommand.SucceedAsync(_project, _registry, "publish", $"{authority}/myorg/app:v3.0.0-rc.1", "one.wasm");

        Assert.Contains("v2.0.0", await MikCommand.SucceedAsync(_project, _registry, "outdated"), StringComparison.Ordinal);
        await MikCommand.SucceedAsync(_project, _registry, "update", "--latest");

        Assert.Contains("version = \"v2.0.0\"", await File.ReadAllTextAsync(_project["mik.toml"]), StringComparison.Ordinal);
        Assert.Equal(Guests.Read("echo"), await File.ReadAllBytesAsync(_project["modules", "app.wasm"]));
        Assert.Equal(0, (await MikCommand.RunAsync(_project, _registry, "outdated", "--exit-code")).ExitCode);
    }

    [Fact]
    public async Task Update_One_TakesWhatItsTagIsNow()
    {
        await MikCommand.SucceedAsync(_project, _registry, "sync");
        _registry.Add("dufeutech/auth", "latest", Guests.Read("state"));

        Assert.Contains("updated dufeutech/auth", await MikCommand.SucceedAsync(_project, _registry, "update", "auth"), StringComparison.Ordinal);
        Assert.Equal(Guests.Read("state"), await File.ReadAllBytesAsync(_project["modules", "auth.wasm"]));
    }

    [Fact]
    public async Task Cache_DirListClean_TellAndClean()
    {
        await MikCommand.SucceedAsync(_project, _registry, "sync");

        Assert.Equal(_project.Home, (await MikCommand.SucceedAsync(_project, _registry, "cache", "dir")).Trim());
        Assert.Contains("ghcr.io/dufeutech/router:v1.0.0", await MikCommand.SucceedAsync(_project, _registry, "cache", "list"), StringComparison.Ordinal);
        Assert.Equal(4, (await MikCommand.JsonAsync(_project, _registry, "cache", "list")).GetArrayLength());
        Assert.Equal(0, (await MikCommand.JsonAsync(_project, _registry, "cache", "clean", "--older-than", "1")).GetProperty("files").GetInt32());
        Assert.Equal(4, (await MikCommand.JsonAsync(_project, _registry, "cache", "clean")).GetProperty("files").GetInt32());
        Assert.Equal(0, (await MikCommand.JsonAsync(_project, _registry, "cache", "list")).GetArrayLength());
        Assert.Equal(2, (await MikCommand.RunAsync(_project, _registry, "cache", "clean", "--older-than", "-1")).ExitCode);
    }

    [Fact]
    public async Task Publish_ThenAdd_GivesTheSameBytes()
    {
        Directory.CreateDirectory(_project["dist"]);
        await File.WriteAllBytesAsync(_project["dist", "app.wasm"], Guests.Read("loop"));

        var published = await MikCommand.JsonAsync(_project, _registry, "publish", $"{_registry.Authority}/myorg/app");
        await MikCommand.SucceedAsync(_project, _registry, "add", "myorg/app:0.1.0");

        Assert.Equal($"{_registry.Authority}/myorg/app:0.1.0", published.GetProperty("reference").GetString());
        Assert.Equal(Guests.Read("loop"), await File.ReadAllBytesAsync(_project["modules", "app.wasm"]));
        Assert.Equal(published.GetProperty("manifest").GetString(), _project.Locked("myorg/app").Resolved);
    }

    [RealRegistryFact]
    public async Task Publish_ThenAdd_OfARealRegistry_GivesTheSameBytes()
    {
        await using var registry = await RealRegistry.StartAsync();
        await File.WriteAllBytesAsync(_project["x.wasm"], Guests.Read("rust"));
        File.Delete(_project["mik.toml"]);
        _project.Write();

        await MikCommand.SucceedAsync(_project, _registry, "publish", $"{registry.Authority}/myorg/app:v1.0.0", "x.wasm");
        await MikCommand.SucceedAsync(_project, _registry, "add", $"{registry.Authority}/myorg/app:v1.0.0");

        Assert.Equal(Guests.Read("rust"), await File.ReadAllBytesAsync(_project["modules", "app.wasm"]));
        Assert.Contains(
            $"app = {{ registry = \"{registry.Authority}/myorg/app\", version = \"v1.0.0\" }}", await File.ReadAllTextAsync(_project["mik.toml"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_VersionThatIsThere_NeedsForce()
    {
        await File.WriteAllBytesAsync(_project["x.wasm"], Guests.Read("loop"));

        var reference = $"{_registry.Authority}/dufeutech/router:v1.0.0";
        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "publish", reference, "x.wasm");
        await MikCommand.SucceedAsync(_project, _registry, "publish", reference, "x.wasm", "--force");
        await MikCommand.SucceedAsync(_project, _registry, "publish", reference, "x.wasm");

        Assert.Equal(1, exitCode);
        Assert.Contains("error[already-published]: ", errors, StringComparison.Ordinal);
        Assert.Contains("is there already", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_Compose_TakesTheBridgeOfTheRegistryAndLocksIt()
    {
        if (OperatingSystem.IsWindows())
        {
            // The build's command is a Unix one.
            return;
        }

        _registry.Add("dufeutech/mik-sdk-bridge", "latest", Guests.Read("bridge"));
        await File.WriteAllBytesAsync(_project["handler.wasm"], Guests.Read("core-handler"));
        await File.WriteAllTextAsync(
            _project["mik.toml"],
            "[project]\nname = \"app\"\n[composition]\nhttp_handler = true\n[build]\ncommand = \"cp handler.wasm built.wasm\"\noutput = \"built.wasm\"\n");
        Assert.Equal(1, (await MikCommand.RunAsync(_project, _registry, "build", "-c", "--locked")).ExitCode);

        await MikCommand.SucceedAsync(_project, _registry, "build", "-c");
        var composed = await File.ReadAllBytesAsync(_project["dist", "app-composed.wasm"]);
        _registry.Add("dufeutech/mik-sdk-bridge", "latest", Guests.Read("hello"));
        await MikCommand.SucceedAsync(_project, registry: null, "build", "-c", "--frozen");

        Assert.Equal(composed, await File.ReadAllBytesAsync(_project["dist", "app-composed.wasm"]));
        Assert.Equal(Digest.Of(Guests.Read("bridge")), Mik.Packages.Lock.LockFile.Load(_project.Folder).Bridge!.Digest);
    }

    [Theory]
    [InlineData("publish myorg/x:v1 no-such.wasm", 1, "no such file")]
    [InlineData("publish myorg/x:v1", 1, "nothing to publish")]
    [InlineData("publish Myorg/X:v1 x.wasm", 2, "upper-case")]
    [InlineData("publish", 2, "publish")]
    public async Task Publish_Wrong_IsExplained(string words, int expected, string message)
    {
        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, words.Split(' '));

        Assert.Equal(expected, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("add")]
    [InlineData("remove")]
    [InlineData("sync")]
    [InlineData("update")]
    [InlineData("outdated")]
    [InlineData("publish")]
    [InlineData("cache")]
    [InlineData("cache clean")]
    public async Task Help_OfEveryCommand_HasExamples(string command) =>
        Assert.Contains("Examples:", await MikCommand.SucceedAsync(_project, _registry, [.. command.Split(' '), "--help"]), StringComparison.Ordinal);

    [Fact]
    public async Task Mirrors_Wrong_AreExplained()
    {
        using var process = MikCommand.Start(_project, _registry, "--version");
        await process.WaitForExitAsync();
        process.StartInfo.Environment["MIK_REGISTRY_MIRRORS"] = "nonsense";
        process.StartInfo.ArgumentList.Clear();
        process.StartInfo.ArgumentList.Add("sync");
        process.Start();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("MIK_REGISTRY_MIRRORS", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_Stopped_SaysSoAndTheNextGoesOn()
    {
        if (OperatingSystem.IsWindows())
        {
            // There is no SIGTERM.
            return;
        }

        var component = Guests.Read("rust");
        _registry.Add("dufeutech/auth", "latest", component);
        _registry.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/blobs/" + Digest.Of(component), StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.ContentLength = component.Length;
            await context.Response.Body.WriteAsync(component.AsMemory(0, 100_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var before = _project.Snapshot();
        using var process = MikCommand.Start(_project, _registry, "sync");
        var errors = process.StandardError.ReadToEndAsync();
        var part = Path.Combine(_project.Home, "partial", $"sha256-{Digest.Of(component).Hex}.part");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!File.Exists(part) || new FileInfo(part).Length < 50_000)
        {
            await Task.Delay(20, limit.Token);
        }

        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("error[stopped]: stopped", await errors, StringComparison.Ordinal);
        Assert.Equal(before, _project.Snapshot());

        _registry.Intercept = null;
        await MikCommand.SucceedAsync(_project, _registry, "sync");
        Assert.Contains(_registry.Requests, request => request.Range is not null);
        Assert.Equal(component, await File.ReadAllBytesAsync(_project["modules", "auth.wasm"]));
    }

    /// <summary>Kills <c>mik sync</c> at many moments; every file is whole afterwards, and the next sync brings all to its end.</summary>
    [Fact]
    public async Task Sync_KilledAtAnyMoment_LeavesNoTornFile()
    {
        byte[][] versions = [Guests.Read("rust"), Guests.Read("libc")];
        var names = Enumerable.Range(0, 6).Select(index => $"dufeutech/m{index}").ToArray();
        _project.Write([.. names.Select(name => $"\"{name}\" = \"latest\"")]);
        foreach (var name in names)
        {
            _registry.Add(name, "latest", versions[0]);
        }

        await MikCommand.SucceedAsync(_project, _registry, "sync");

        // The moments: after so many requests of the process, then with so many files on their way into the modules folder.
        const int Requests = 6;
        for (var round = 0; round < 16; round++)
        {
            foreach (var name in names)
            {
                _registry.Add(name, "latest", versions[(round + 1) % 2]);
            }

            _registry.Requests.Clear();
            using var process = MikCommand.Start(_project, _registry, "update");
            while (!process.HasExited && (_registry.Requests.Count < Math.Min(round, Requests) || UnfinishedFiles() < round - Requests))
            {
                await Task.Yield();
            }

            process.Kill();
            await process.WaitForExitAsync();

            Assert.All(Directory.GetFiles(_project["modules"], "*.wasm"), file =>
            {
                var bytes = File.ReadAllBytes(file);
                Assert.True(versions.Any(version => version.AsSpan().SequenceEqual(bytes)), $"{file} is torn");
            });
            Assert.Equal(6, Mik.Packages.Lock.LockFile.Load(_project.Folder).Packages.Count);
            using var record = JsonDocument.Parse(await File.ReadAllBytesAsync(_project[".mik", "installed.json"]));
        }

        await MikCommand.SucceedAsync(_project, _registry, "update");
        await MikCommand.SucceedAsync(_project, _registry, "sync", "--frozen");
        Assert.Equal(names.Select(name => Path.GetFileName(name) + ".wasm"), _project.Modules);
        Assert.Empty(Directory.GetFiles(_project.Folder, "*.mik-part", SearchOption.AllDirectories));
        _project.Write();
        await MikCommand.SucceedAsync(_project, _registry, "sync");
        Assert.Empty(_project.Modules);
    }

    private int UnfinishedFiles() => Directory.GetFiles(_project["modules"], ".*.mik-part").Length;
}
