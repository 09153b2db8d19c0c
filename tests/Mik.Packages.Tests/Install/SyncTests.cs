using Mik.Packages.Install;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Install;

/// <summary>From mik.toml to lock file and modules, by a registry.</summary>
public sealed class SyncTests : IAsyncLifetime
{
    private static readonly byte[] Hello = Guests.Read("hello");
    private static readonly byte[] Echo = Guests.Read("echo");

    private FakeRegistry _registry = null!;
    private TestProject _project = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _project = new TestProject(_registry);
        _registry.Add("dufeutech/router", "latest", Hello);
        _registry.Add("dufeutech/auth", "v1.0.0", Echo);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Sync_NewProject_InstallsAndLocks()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");

        var report = await _project.SyncAsync();

        Assert.Equal([PackageChangeKind.Added, PackageChangeKind.Added], report.Changes.Select(change => change.Kind));
        Assert.Equal(["auth.wasm", "router.wasm"], _project.Modules);
        Assert.Equal(Hello, await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
        var locked = _project.Locked("dufeutech/router");
        Assert.Equal(("registry", "ghcr.io/dufeutech/router", "latest"), (locked.Source, locked.Location, locked.Requested));
        Assert.Equal(Digest.Of(Hello), locked.Digest);
        Assert.Equal(Hello.Length, locked.Size);
        Assert.Contains(locked.Exports, name => name.StartsWith("wasi:http/incoming-handler@", StringComparison.Ordinal));
        Assert.NotEmpty(locked.Imports);
    }

    [Fact]
    public async Task Sync_Again_AsksNobodyAndChangesNothing()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");
        await _project.SyncAsync();
        var before = _project.Snapshot();
        _registry.Requests.Clear();

        var report = await _project.SyncAsync();

        Assert.False(report.HasChanges);
        Assert.Equal(before, _project.Snapshot());
        Assert.Empty(_registry.Requests);
    }

    [Fact]
    public async Task Sync_Locked_ReproducesThoughTheTagMoved()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        var before = _registry.Manifests["dufeutech/router/latest"].Bytes;
        var moved = _registry.Add("dufeutech/router", "latest", Echo);
        Directory.Delete(_project.Home, recursive: true);
        Directory.Delete(_project["modules"], recursive: true);

        var report = await _project.SyncAsync(new SyncOptions { Locked = true });

        Assert.Equal(Hello, await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
        var note = Assert.Single(report.Notes);
        Assert.Contains(Digest.Of(before).ToString(), note, StringComparison.Ordinal);
        Assert.Contains(moved.ToString(), note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_LockedVersionGone_TellsBothDigests()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        var locked = _project.Locked("dufeutech/router").Resolved!;
        _registry.Manifests.Clear();
        var moved = _registry.Add("dufeutech/router", "latest", Echo);
        Directory.Delete(_project.Home, recursive: true);
        Directory.Delete(_project["modules"], recursive: true);

        var error = await _project.FailAsync();

        Assert.Contains(locked, error.Why, StringComparison.Ordinal);
        Assert.Contains(moved.ToString(), error.Why, StringComparison.Ordinal);
        Assert.Contains("mik update", error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_TakesWhatTheTagIsNow()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");
        await _project.SyncAsync();
        _registry.Add("dufeutech/router", "latest", Echo);
        _registry.Add("dufeutech/auth", "v1.0.0", Hello);

        var report = await _project.SyncAsync(new SyncOptions { Update = true, Scope = new HashSet<string> { "dufeutech/router" } });

        var change = Assert.Single(report.Changes);
        Assert.Equal((PackageChangeKind.Updated, "dufeutech/router"), (change.Kind, change.Name));
        Assert.Equal(Echo, await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
        Assert.Equal(Echo, await File.ReadAllBytesAsync(_project["modules", "auth.wasm"]));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Sync_LockedOrOffline_NewDependency_IsRefused(bool locked, bool offline)
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");
        _registry.Requests.Clear();

        var error = await _project.FailAsync(new SyncOptions { Locked = locked, Offline = offline });

        Assert.Contains("dufeutech/auth", error.Message + error.Why, StringComparison.Ordinal);
        Assert.Empty(_registry.Requests);
    }

    [Fact]
    public async Task Sync_Locked_RemovedOrChangedDependency_IsRefused()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");
        await _project.SyncAsync();
        _project.Write("\"dufeutech/router\" = \"v2\"");

        var error = await _project.FailAsync(new SyncOptions { Locked = true });

        Assert.Contains("no dufeutech/auth", error.Why, StringComparison.Ordinal);
        Assert.Contains("another source or version of dufeutech/router", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_Offline_TakesTheCache()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        Directory.Delete(_project["modules"], recursive: true);
        _registry.Requests.Clear();

        await _project.SyncAsync(new SyncOptions { Offline = true, Locked = true });

        Assert.Equal(["router.wasm"], _project.Modules);
        Assert.Empty(_registry.Requests);

        Directory.Delete(_project.Home, recursive: true);
        Directory.Delete(_project["modules"], recursive: true);
        Assert.Contains("not in the cache", (await _project.FailAsync(new SyncOptions { Offline = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_RemovedDependency_DeletesItsFileAndNoOther()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");
        await _project.SyncAsync();
        await File.WriteAllBytesAsync(_project["modules", "mine.wasm"], Hello);
        await File.WriteAllTextAsync(_project["modules", "notes.txt"], "mine");
        _project.Write("\"dufeutech/router\" = \"latest\"");

        var report = await _project.SyncAsync();

        Assert.Equal(["mine.wasm", "notes.txt", "router.wasm"], _project.Modules);
        Assert.Contains(report.Changes, change => change is { Kind: PackageChangeKind.Removed, Name: "dufeutech/auth" });
        Assert.DoesNotContain("auth", _project.Lock, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_RemovedDependencyWhoseFileWasChanged_StaysWithANote()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        await File.WriteAllTextAsync(_project["modules", "router.wasm"], "precious work");
        _project.Write();

        var report = await _project.SyncAsync();

        Assert.Equal("precious work", await File.ReadAllTextAsync(_project["modules", "router.wasm"]));
        Assert.Contains("it stays", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_FileOfTheUsersInTheWay_IsRefused()
    {
        Directory.CreateDirectory(_project["modules"]);
        await File.WriteAllTextAsync(_project["modules", "router.wasm"], "mine");
        _project.Write("\"dufeutech/router\" = \"latest\"");

        var error = await _project.FailAsync();

        Assert.Contains("mik did not install it", error.Why, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(_project["modules", "router.wasm"]));
    }

    [Fact]
    public async Task Sync_TamperedModule_IsPutRightWithANote()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        await File.WriteAllTextAsync(_project["modules", "router.wasm"], "tampered");

        var report = await _project.SyncAsync();

        Assert.Equal(Hello, await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
        Assert.Contains("was changed after mik installed it", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_TamperedCache_IsFetchedAgainWithANote()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        Directory.Delete(_project["modules"], recursive: true);
        await File.WriteAllTextAsync(Path.Combine(_project.Home, "blobs", "sha256", Digest.Of(Hello).Hex), "tampered");

        var report = await _project.SyncAsync();

        Assert.Equal(Hello, await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
        Assert.Contains(report.Notes, note => note.Contains("is not what its name says", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("size")]
    [InlineData("exports")]
    [InlineData("resolved")]
    [InlineData("digest-without-cache")]
    public async Task Sync_TamperedLock_IsDetected(string what)
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");
        await _project.SyncAsync();
        var (router, auth) = (_project.Locked("dufeutech/router"), _project.Locked("dufeutech/auth"));
        switch (what)
        {
            case "size":
                _project.EditLock($"size = {router.Size}", $"size = {router.Size + 1}");
                break;
            case "exports":
                var at = _project.Lock.LastIndexOf(router.Exports[0], StringComparison.Ordinal);
                await File.WriteAllTextAsync(_project["mik.lock"], _project.Lock.Remove(at, router.Exports[0].Length).Insert(at, "acme:evil/handler@1.0.0"));
                break;
            case "resolved":
                _project.EditLock(router.Resolved!, auth.Resolved!);
                break;
            default:
                _project.EditLock(router.Digest.ToString(), auth.Digest.ToString());
                break;
        }

        if (what == "digest-without-cache")
        {
            Directory.Delete(_project.Home, recursive: true);
        }

        var error = await _project.FailAsync();
        Assert.Contains("mik.lock", error.Message + error.Why, StringComparison.Ordinal);
        Assert.NotNull(error.Next);
    }

    /// <summary>All is installed and the cache has nothing that could tell: each row is checked all the same.</summary>
    [Theory]
    [InlineData("unknown")]
    [InlineData("another component")]
    public async Task Sync_ResolvedChangedWhileAllIsInstalled_IsDetected(string what)
    {
        var other = _registry.Add("dufeutech/router", "other", Guests.Read("loop"));
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        _project.EditLock(_project.Locked("dufeutech/router").Resolved!, what == "unknown" ? $"sha256:{new string('0', 64)}" : other.ToString());
        Directory.Delete(_project.Home, recursive: true);

        var error = await _project.FailAsync();

        Assert.Contains("does not agree", error.Message, StringComparison.Ordinal);
        Assert.Contains("resolved to sha256:", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_ResolvedThatNobodyCanTell_IsANote()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        Directory.Delete(_project.Home, recursive: true);

        var report = await _project.SyncAsync(new SyncOptions { Offline = true, Locked = true });
        await _project.SyncAsync();
        var after = await _project.SyncAsync(new SyncOptions { Offline = true, Locked = true });

        Assert.Contains("could not be checked", Assert.Single(report.Notes), StringComparison.Ordinal);
        Assert.Empty(after.Notes);
    }

    [Theory]
    [InlineData("[package", "damaged")]
    [InlineData("version = 2\n", "version 2")]
    [InlineData("version = 1\n[[package]]\nname = \"../../x\"\n", "cannot be the name")]
    [InlineData("<<<<<<< HEAD\nversion = 1\n", "merge")]
    [InlineData("version = 1\npackage = 5\n", "[[package]]")]
    [InlineData("version = 1\n[[package]]\nname = \"a\"\nsource = \"ftp\"\n", "source")]
    [InlineData("version = 1\n[[package]]\nname = \"a\"\nsource = \"path\"\nlocation = \"x\"\ndigest = \"sha256:../x\"\n", "digest")]
    public async Task Sync_DamagedLock_IsExplained(string text, string expected)
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await File.WriteAllTextAsync(_project["mik.lock"], text);

        var error = await _project.FailAsync();

        Assert.Contains(expected, error.Message + error.Why, StringComparison.Ordinal);
        Assert.NotNull(error.Next);
    }

    [Fact]
    public async Task Sync_SomeFail_AllAreToldAndNothingChanges()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/no-such\" = \"v1\"", "\"dufeutech/neither\" = \"v1\"");
        var before = _project.Snapshot();

        var failures = await Assert.ThrowsAsync<PackageFailuresException>(() => _project.SyncAsync());

        Assert.Equal(2, failures.Failures.Count);
        Assert.Equal(before, _project.Snapshot());
    }

    [Fact]
    public async Task Sync_WriteFails_PutsEverythingBack()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        _registry.Add("dufeutech/router", "latest", Echo);

        // The lock file cannot be replaced, and it comes after the modules.
        File.Delete(_project["mik.lock"]);
        Directory.CreateDirectory(_project["mik.lock", "in-the-way"]);
        var before = _project.Snapshot();

        await Assert.ThrowsAsync<PackageException>(() => _project.SyncAsync(new SyncOptions { Update = true }));

        Assert.Equal(before, _project.Snapshot());
        Assert.Equal(["router.wasm"], _project.Modules);
    }

    [Theory]
    [InlineData("core-module")]
    [InlineData("invalid-code")]
    public async Task Sync_NotAComponent_IsRefused(string guest)
    {
        _registry.Add("dufeutech/router", "latest", Guests.ReadBad(guest));
        _project.Write("\"dufeutech/router\" = \"latest\"");

        Assert.Contains("not a component", (await _project.FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_ContainerImage_IsRefused()
    {
        _registry.AddImage("dufeutech/router", "latest");
        _project.Write("\"dufeutech/router\" = \"latest\"");

        Assert.Contains("container image", (await _project.FailAsync()).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_IndexAndArtifact_AreUnderstood()
    {
        var manifest = _registry.AddLayers(
            "dufeutech/router", "inner", ("application/octet-stream", Hello, "router.wasm"), ("text/markdown", "# hi"u8.ToArray(), "README.md"));
        var size = _registry.Manifests["dufeutech/router/inner"].Bytes.Length;
        _registry.AddManifest(
            "dufeutech/router",
            "latest",
            System.Text.Encoding.UTF8.GetBytes(
                $$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{manifest}}","size":{{size}},"platform":{"os":"wasip2","architecture":"wasm"} }]}"""),
            "application/vnd.oci.image.index.v1+json");
        _project.Write("\"dufeutech/router\" = \"latest\"");

        await _project.SyncAsync();

        Assert.Equal(Hello, await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
    }

    [Fact]
    public async Task Sync_TwoOfOneFileName_IsExplained()
    {
        _project.Write("\"a/router\" = \"latest\"", "\"b/Router\" = \"latest\"");

        var failures = await Assert.ThrowsAsync<PackageFailuresException>(() => _project.SyncAsync());
        Assert.Contains("same file", Assert.Single(failures.Failures).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nul = { path = \"x.wasm\" }")]
    [InlineData("\"user/com1\" = \"v1\"")]
    public async Task Sync_DeviceNames_AreRefused(string dependency)
    {
        _project.Write(dependency);

        await Assert.ThrowsAsync<PackageFailuresException>(() => _project.SyncAsync());
    }

    [Fact]
    public async Task Sync_TamperedRecord_DeletesNothingElse()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"");
        await _project.SyncAsync();
        var outside = Path.Combine(_project.Home, "precious.wasm");
        await File.WriteAllBytesAsync(outside, Hello);
        await File.WriteAllTextAsync(
            _project[".mik", "installed.json"],
            $$"""{"version":1,"files":{"../home/precious.wasm":["{{Digest.Of(Hello)}}"],"{{outside}}":["{{Digest.Of(Hello)}}"],"../../x":5} }""");

        await _project.SyncAsync();

        Assert.True(File.Exists(outside));
    }

    [Fact]
    public async Task Sync_TwoAtOnce_BothSucceed()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");

        await Task.WhenAll(_project.SyncAsync(), _project.SyncAsync(), _project.SyncAsync());

        Assert.Equal(["auth.wasm", "router.wasm"], _project.Modules);
    }

    [Fact]
    public async Task Lock_SameDependencies_IsTheSameBytesWhateverTheOrder()
    {
        _project.Write("\"dufeutech/router\" = \"latest\"", "\"dufeutech/auth\" = \"v1.0.0\"");
        await _project.SyncAsync();
        using var other = new TestProject(_registry);
        other.Write("\"dufeutech/auth\" = \"v1.0.0\"", "\"dufeutech/router\" = \"latest\"");
        await other.SyncAsync();

        Assert.Equal(_project.Lock, other.Lock);
        Assert.DoesNotContain('\r', _project.Lock);
    }

    [Fact]
    public async Task Bridge_OfARegistry_IsLocked()
    {
        _registry.Add("dufeutech/mik-sdk-bridge", "latest", Guests.Read("bridge"));
        _project.Write();
        using var session = _project.NewSession();

        var (_, bytes) = await new ProjectPackages(session, _project.Load()).BridgeAsync(new SyncOptions(), default);
        _registry.Add("dufeutech/mik-sdk-bridge", "latest", Hello);
        var (_, again) = await new ProjectPackages(session, _project.Load()).BridgeAsync(new SyncOptions { Locked = true }, default);
        await _project.SyncAsync();

        Assert.Equal(Guests.Read("bridge"), bytes);
        Assert.Equal(bytes, again);
        Assert.Contains("[bridge]", _project.Lock, StringComparison.Ordinal);
    }
}
