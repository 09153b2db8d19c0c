using Mik.Packages.Tests.Git;
using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Commands;

/// <summary><c>mik add</c> and <c>mik remove</c>: what they do to mik.toml, mik.lock and modules, and what they leave alone.</summary>
public sealed class AddRemoveTests : IAsyncLifetime
{
    private const string Manifest = """
        # The comments of this file, its order
        [project]
        name   = "app" # and its layout stay

        unknown_key = 'kept too'
        [dependencies]   # of others
        # the first
        "dufeutech/auth" = "v1.0.0"   # pinned

        [server]
        port = 3000
        """;

    private FakeRegistry _registry = null!;
    private TestProject _project = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _project = new TestProject(_registry);
        _registry.Add("dufeutech/router", "latest", Guests.Read("hello"));
        _registry.Add("dufeutech/router", "v1.0.0", Guests.Read("echo"));
        _registry.Add("dufeutech/auth", "v1.0.0", Guests.Read("env"));
        _registry.Add("myorg/cache", "latest", Guests.Read("state"));
        await File.WriteAllTextAsync(_project["mik.toml"], Manifest);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData("dufeutech/router", "\"dufeutech/router\" = \"latest\"", "router.wasm")]
    [InlineData("dufeutech/router:v1.0.0", "\"dufeutech/router\" = \"v1.0.0\"", "router.wasm")]
    [InlineData("docker.io/myorg/cache", "cache = { registry = \"docker.io/myorg/cache\", version = \"latest\" }", "cache.wasm")]
    [InlineData("db --registry docker.io/myorg/cache --version latest", "db = { registry = \"docker.io/myorg/cache\", version = \"latest\" }", "db.wasm")]
    [InlineData("dufeutech/router --name front", "front = { registry = \"ghcr.io/dufeutech/router\", version = \"latest\" }", "front.wasm")]
    public async Task Add_Forms_AddOneLineAndNothingElse(string words, string line, string file)
    {
        await MikCommand.SucceedAsync(_project, _registry, ["add", .. words.Split(' ')]);

        Assert.Equal(Manifest.Replace("# pinned\n", "# pinned\n" + line + "\n", StringComparison.Ordinal), await File.ReadAllTextAsync(_project["mik.toml"]));
        Assert.Equal([file], _project.Modules);
    }

    [GitFact]
    public async Task Add_GitAndPath_AreWrittenAsTheDocumentHasThem()
    {
        using var git = new GitServer();
        git.Commit("dist/mylib.wasm", Guests.Read("hello"));
        git.Run("tag", "v1.0.0");
        Directory.CreateDirectory(_project["..", "utils"]);
        await File.WriteAllBytesAsync(_project["..", "utils", "utils.wasm"], Guests.Read("echo"));

        await MikCommand.SucceedAsync(_project, _registry, "add", "mylib", "--git", git.Url, "--tag", "v1.0.0");
        await MikCommand.SucceedAsync(_project, _registry, "add", "utils", "--path", "../utils");

        var manifest = await File.ReadAllTextAsync(_project["mik.toml"]);
        Assert.Contains($"mylib = {{ git = \"{git.Url}\", tag = \"v1.0.0\" }}\n", manifest, StringComparison.Ordinal);
        Assert.Contains("utils = { path = \"../utils\" }\n", manifest, StringComparison.Ordinal);
        Assert.Equal(["mylib.wasm", "utils.wasm"], _project.Modules);
    }

    [Fact]
    public async Task Add_FromAFolderBelow_WritesThePathFromTheManifest()
    {
        Directory.CreateDirectory(_project["sub"]);
        await File.WriteAllBytesAsync(_project["sub", "x.wasm"], Guests.Read("echo"));
        var start = MikCommand.Start(_project, _registry, "--version");
        await start.WaitForExitAsync();
        start.StartInfo.WorkingDirectory = _project["sub"];
        start.StartInfo.ArgumentList.Clear();
        foreach (var word in (string[])["add", "x", "--path", "x.wasm"])
        {
            start.StartInfo.ArgumentList.Add(word);
        }

        start.Start();
        await start.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Contains("x = { path = \"sub/x.wasm\" }", await File.ReadAllTextAsync(_project["mik.toml"]), StringComparison.Ordinal);
        start.Dispose();
    }

    [Fact]
    public async Task Add_Fails_NothingChanges()
    {
        await MikCommand.SucceedAsync(_project, _registry, "sync");
        var before = _project.Snapshot();

        var (exitCode, output, errors) = await MikCommand.RunAsync(_project, _registry, "add", "dufeutech/router", "dufeutech/no-such");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("error[package-not-found]: there is no ghcr.io/dufeutech/no-such:latest", errors, StringComparison.Ordinal);
        Assert.Contains("because:", errors, StringComparison.Ordinal);
        Assert.Contains("try:", errors, StringComparison.Ordinal);
        Assert.Equal(before, _project.Snapshot());
    }

    [Fact]
    public async Task Add_ManifestBehindALink_IsWrittenThereWithItsPermissions()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.Move(_project["mik.toml"], _project["..", "shared.toml"]);
        File.CreateSymbolicLink(_project["mik.toml"], "../shared.toml");
        File.SetUnixFileMode(_project["..", "shared.toml"], UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await MikCommand.SucceedAsync(_project, _registry, "add", "dufeutech/router");

        Assert.Equal("../shared.toml", new FileInfo(_project["mik.toml"]).LinkTarget);
        Assert.Contains("dufeutech/router", await File.ReadAllTextAsync(_project["..", "shared.toml"]), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_project["..", "shared.toml"]));
    }

    [Theory]
    [InlineData("dufeutech/broken:core")]
    [InlineData("dufeutech/broken:image")]
    public async Task Add_Unusable_NothingChanges(string reference)
    {
        _registry.Add("dufeutech/broken", "core", Guests.ReadBad("core-module"));
        _registry.AddLayers("dufeutech/broken", "image", ("application/vnd.oci.image.layer.v1.tar+gzip", [1], null));
        var before = _project.Snapshot();

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "add", reference);

        Assert.Equal(1, exitCode);
        Assert.Contains("error[", errors, StringComparison.Ordinal);
        Assert.Equal(before, _project.Snapshot());
    }

    [Theory]
    [InlineData("")]
    [InlineData("router")]
    [InlineData("../../etc/passwd")]
    [InlineData("user/../../x")]
    [InlineData("User/Repo")]
    [InlineData("user/repo@sha256:zz")]
    [InlineData("user/repo --tag v1")]
    [InlineData("a --git x --path y")]
    [InlineData("a --git x --tag v1 --branch b")]
    [InlineData("../x --git https://example.org/x.git")]
    [InlineData("a b --path y")]
    [InlineData("user/repo --no-such-flag")]
    public async Task Add_Wrong_IsExitCode2(string words)
    {
        var before = _project.Snapshot();

        var (exitCode, output, errors) = await MikCommand.RunAsync(_project, _registry, ["add", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("error[", errors, StringComparison.Ordinal);
        Assert.Equal(before, _project.Snapshot());
    }

    [Fact]
    public async Task Remove_PutsTheManifestBackAsItWas()
    {
        await MikCommand.SucceedAsync(_project, _registry, "sync");
        var before = _project.Snapshot();
        await MikCommand.SucceedAsync(_project, _registry, "add", "dufeutech/router");

        await MikCommand.SucceedAsync(_project, _registry, "remove", "router");

        Assert.Equal(before, _project.Snapshot());
    }

    [Fact]
    public async Task Remove_TablesWithHeaders_AreCut()
    {
        await File.WriteAllTextAsync(
            _project["mik.toml"], "[project]\nname = \"app\"\n\n[dependencies.a]\npath = \"a.wasm\" # a\n\n[dependencies.b]\npath = \"b.wasm\"\n# the end\n");

        await MikCommand.SucceedAsync(_project, _registry, "remove", "a");

        Assert.Equal("[project]\nname = \"app\"\n\n\n[dependencies.b]\npath = \"b.wasm\"\n# the end\n", await File.ReadAllTextAsync(_project["mik.toml"]));
    }

    [Fact]
    public async Task Remove_Unknown_IsToldWithWhatThereIs()
    {
        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "remove", "rooter");

        Assert.Equal(1, exitCode);
        Assert.Contains("dufeutech/auth", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_WithoutProject_SaysSo()
    {
        File.Delete(_project["mik.toml"]);

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "add", "dufeutech/router");

        Assert.Equal(1, exitCode);
        Assert.Contains("no project", errors, StringComparison.Ordinal);
    }
}
