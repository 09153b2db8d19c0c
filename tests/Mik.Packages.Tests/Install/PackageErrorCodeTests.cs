using System.IO.Compression;
using Mik.Packages.Install;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Tests.Git;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Install;

/// <summary>Errors of packages, made on purpose: each has its code, and changes nothing.</summary>
public sealed class PackageErrorCodeTests : IAsyncLifetime
{
    private const string Router = "\"user/router\" = \"1.0.0\"";

    private FakeRegistry _registry = null!;
    private TestProject _project = null!;
    private Digest _manifest = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _project = new TestProject(_registry);
        _manifest = _registry.Add("user/router", "1.0.0", Guests.Read("hello"));
        _project.Write(Router);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData("registry-access-denied", 403)]
    [InlineData("registry-refused", 418)]
    [InlineData("package-not-found", 404)]
    [InlineData("registry-unreachable", 503)]
    [InlineData("registry-redirect", 302)]
    public async Task Registry_ThatAnswersOnlyThis_IsTold(string code, int status)
    {
        _registry.Intercept = context =>
        {
            context.Response.Headers.Location = context.Request.Path.Value;
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };

        await FailsAsync(code);
    }

    [Fact]
    public async Task Registry_WhoseTokenServerGivesNone_IsTold()
    {
        _registry.Intercept = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/token" ? 418 : 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{_registry.Authority}/token\",service=\"x\"";
            return Task.FromResult(true);
        };

        await FailsAsync("registry-token-refused");
    }

    [Fact]
    public async Task Registry_ThatTalksNonsense_IsTold()
    {
        _registry.AddManifest("user/router", "1.0.0", "nonsense"u8.ToArray(), "application/vnd.oci.image.manifest.v1+json");

        await FailsAsync("registry-answer-invalid");
    }

    [Fact]
    public async Task Registry_OfAnImage_IsTold()
    {
        _registry.AddImage("user/router", "1.0.0");

        await FailsAsync("artifact-unusable");
    }

    [Fact]
    public async Task Registry_OfInterfacesOnly_IsTold()
    {
        _registry.Add("user/router", "1.0.0", WitPackageBytes.Simple());

        await FailsAsync("wit-package");
    }

    [Fact]
    public async Task Blob_WithOtherBytes_IsTold()
    {
        var bytes = Guests.Read("hello");
        _registry.Blobs[Digest.Of(bytes).ToString()] = [.. bytes[..^1], (byte)(bytes[^1] + 1)];

        await FailsAsync("content-mismatch");
    }

    [Fact]
    public async Task Version_ThatIsGone_IsTold()
    {
        await _project.SyncAsync();
        Directory.Delete(_project.Home, recursive: true);
        Directory.Delete(_project["modules"], recursive: true);
        _registry.Add("user/router", "1.0.0", Guests.Read("echo"));
        _registry.Manifests.TryRemove($"user/router/{_manifest}", out _);

        await FailsAsync("locked-version-gone");
    }

    [Theory]
    [InlineData("offline", true, false)]
    [InlineData("lock-would-change", false, true)]
    public async Task Lookup_ThatIsForbidden_IsTold(string code, bool isOffline, bool isLocked) =>
        await FailsAsync(code, new SyncOptions { Offline = isOffline, Locked = isLocked });

    [Fact]
    public async Task Lock_ThatIsNonsense_IsTold()
    {
        await File.WriteAllTextAsync(_project["mik.lock"], "nonsense");

        await FailsAsync("lock-invalid");
    }

    [Fact]
    public async Task Lock_ThatNamesOtherBytes_IsTold()
    {
        await _project.SyncAsync();
        _project.EditLock(Digest.Of(Guests.Read("hello")).ToString(), Digest.Of(Guests.Read("echo")).ToString());

        await FailsAsync("lock-mismatch");
    }

    [Theory]
    [InlineData("dependency-name-unusable", "\"user/con\" = \"1.0.0\"")]
    [InlineData("component-not-found", "x = { path = \"empty\" }")]
    [InlineData("component-ambiguous", "x = { path = \"two\" }")]
    [InlineData("component-too-large", "x = { path = \"large.wasm\" }")]
    [InlineData("file-not-found", "x = { path = \"no-such\" }")]
    [InlineData("git-url-invalid", "x = { git = \"ext::sh -c true\" }")]
    [InlineData("git-revision-invalid", "x = { git = \"https://git.example/x\", tag = \"a..b\" }")]
    public async Task Dependency_ThatCannotBeTaken_IsTold(string code, string dependency)
    {
        Directory.CreateDirectory(_project["empty"]);
        Directory.CreateDirectory(_project["two"]);
        await File.WriteAllBytesAsync(_project["two", "a.wasm"], Guests.Read("hello"));
        await File.WriteAllBytesAsync(_project["two", "b.wasm"], Guests.Read("echo"));
        if (code == "component-too-large")
        {
            // All of it a hole.
            using var large = File.Create(_project["large.wasm"]);
            large.SetLength(PackageLimits.ComponentBytes + 1);
        }

        _project.Write(dependency);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => _project.SyncAsync());
        Assert.Equal(code, CodeOf(exception));
    }

    [GitFact]
    public async Task GitRepository_WithoutTheRevision_OrWithAPointerOnly_IsTold()
    {
        using var git = new GitServer();
        git.Commit("x.wasm", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"u8.ToArray());
        _project.Write($"x = {{ git = \"{git.Url}\", tag = \"v9\" }}");
        await FailsAsync("git-failed");

        _project.Write($"x = {{ git = \"{git.Url}\", branch = \"main\" }}");
        await FailsAsync("git-lfs");
    }

    [GitFact]
    public async Task GitClone_ThatWasChangedInTheCache_IsTold()
    {
        using var git = new GitServer();
        git.Commit("x.wasm", Guests.Read("hello"));
        _project.Write($"x = {{ git = \"{git.Url}\", branch = \"main\" }}");
        await _project.SyncAsync();
        var blob = git.Run("rev-parse", "main:x.wasm");
        var stored = Assert.Single(Directory.GetFiles(_project.Home, blob[2..], SearchOption.AllDirectories));
        File.SetAttributes(stored, FileAttributes.Normal);
        using (var file = new ZLibStream(File.Create(stored), CompressionLevel.Fastest))
        {
            file.Write("blob 5\0other"u8);
        }

        Directory.Delete(Path.Combine(_project.Home, "blobs"), recursive: true);
        Directory.Delete(_project["modules"], recursive: true);
        File.Delete(_project["mik.lock"]);

        await FailsAsync("cache-damaged");
    }

    [Fact]
    public async Task Modules_ThatAreOneFile_AreTold()
    {
        await File.WriteAllTextAsync(_project["mik.toml"], $"[project]\nname = \"app\"\n[server]\nmodules = \"one.wasm\"\n[dependencies]\n{Router}\n");
        await File.WriteAllBytesAsync(_project["one.wasm"], Guests.Read("hello"));

        await FailsAsync("modules-not-a-folder");
    }

    [Fact]
    public async Task Module_OfAnotherHand_IsNotOverwritten()
    {
        Directory.CreateDirectory(_project["modules"]);
        await File.WriteAllTextAsync(_project["modules", "router.wasm"], "mine");

        await FailsAsync("file-in-the-way");
    }

    [Fact]
    public async Task Files_ThatCannotBeWritten_AreTold()
    {
        await File.WriteAllTextAsync(_project[".mik"], "a file where a folder must be");

        await FailsAsync("project-files-unusable");
    }

    private async Task FailsAsync(string code, SyncOptions? options = null)
    {
        var before = _project.Snapshot();
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => _project.SyncAsync(options));

        Assert.Equal(code, CodeOf(exception));
        Assert.Equal(before, _project.Snapshot());
    }

    private static string CodeOf(Exception exception) => exception switch
    {
        PackageException one => one.Code,
        PackageFailuresException several => several.Failures[0].Code,
        _ => exception.ToString(),
    };
}
