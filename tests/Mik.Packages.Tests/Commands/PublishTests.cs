using System.Diagnostics;
using System.Text.Json;
using Mik.Packages.Oci;
using Mik.Packages.Publishing;
using Mik.Packages.Registry;
using Mik.Packages.Sessions;
using Mik.Packages.Tests.Git;
using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Commands;

/// <summary>What <c>mik publish</c> puts into a registry, looked at as other tools look at it: by its HTTP answers.</summary>
public sealed class PublishTests : IAsyncLifetime
{
    private FakeRegistry _registry = null!;
    private TestProject _project = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _project = new TestProject(_registry);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Layer_HasTheFileNameThatOrasPullWrites()
    {
        await WriteAsync("some-name.wasm", Guests.Read("echo"));

        await PublishAsync("org/echo:1.0.0", "some-name.wasm");

        var layer = Manifest("org/echo/1.0.0").GetProperty("layers")[0];
        Assert.Equal("some-name.wasm", layer.GetProperty("annotations").GetProperty(Annotations.Title).GetString());
        Assert.Contains(
            "\"mediaType\":\"application/vnd.wasm.config.v0+json\"", System.Text.Encoding.UTF8.GetString(_registry.Manifests["org/echo/1.0.0"].Bytes),
            StringComparison.Ordinal);
        Assert.Equal("application/wasm", layer.GetProperty("mediaType").GetString());
    }

    [Fact]
    public async Task Metadata_OfTheComponent_BecomesAnnotationsAndIsShown()
    {
        await WriteAsync("m.wasm", WitPackageBytes.WithTexts(
            Guests.Read("echo"),
            ("authors", "Ann"), ("licenses", "Apache-2.0"), ("description", "An echo"), ("source", "https://example.com/src"),
            ("homepage", "https://example.com/"), ("revision", "abc123"), ("version", "3.4.5")));

        await MikCommand.SucceedAsync(
            _project, _registry, "publish", $"{_registry.Authority}/org/m:latest", "m.wasm", "--annotation", "org.opencontainers.image.licenses=MIT", "-a",
            "own.key=a=b");
        var shown = await MikCommand.SucceedAsync(_project, _registry, "inspect", "m.wasm");
        var json = await MikCommand.JsonAsync(_project, _registry, "inspect", "m.wasm");

        Assert.Equal(
            [
                "org.opencontainers.image.authors=Ann", "org.opencontainers.image.description=An echo", "org.opencontainers.image.licenses=MIT",
                "org.opencontainers.image.revision=abc123", "org.opencontainers.image.source=https://example.com/src", "org.opencontainers.image.title=m.wasm",
                "org.opencontainers.image.url=https://example.com/", "org.opencontainers.image.version=3.4.5", "own.key=a=b",
            ],
            AnnotationsOf("org/m/latest"));
        Assert.Contains("licenses: Apache-2.0", shown, StringComparison.Ordinal);
        Assert.Equal("abc123", json.GetProperty("metadata").GetProperty("revision").GetString());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("=x")]
    [InlineData("a b=x")]
    public async Task Annotation_Wrong_IsExplained(string annotation)
    {
        await WriteAsync("m.wasm", Guests.Read("echo"));

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "publish", "org/m:1.0.0", "m.wasm", "--annotation", annotation);

        Assert.Equal(2, exitCode);
        Assert.Contains("KEY=VALUE", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mirror_IsNotPublishedTo()
    {
        await WriteAsync("m.wasm", Guests.Read("echo"));
        await using var origin = await FakeRegistry.StartAsync();

        using var session = new PackageSession(
            _project.Home,
            new RegistrySettings { Attempts = 1, Mirrors = RegistryMirrors.Parse($"{origin.Authority}=http://{_registry.Authority}") },
            new CredentialStore());
        await new ComponentPublisher(session).PublishAsync(
            OciReference.Parse($"{origin.Authority}/org/m:1.0.0"), _project["m.wasm"], [], mayReplace: false, default);

        Assert.Empty(_registry.Requests);
        Assert.Contains("org/m/1.0.0", origin.Manifests.Keys);
    }

    [Fact]
    public async Task SameBytes_WithAnotherTime_AreASuccessAndPushNothing()
    {
        await WriteAsync("m.wasm", Guests.Read("echo"));
        var first = await PublishAsync("org/m:1.0.0", "m.wasm");
        var pushed = _registry.Requests.Count(request => request.Method is "PUT" or "POST");
        File.SetLastWriteTimeUtc(_project["m.wasm"], new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var again = await PublishAsync("org/m:1.0.0", "m.wasm");

        Assert.False(first.GetProperty("unchanged").GetBoolean());
        Assert.True(again.GetProperty("unchanged").GetBoolean());
        Assert.Equal(first.GetProperty("manifest").GetString(), again.GetProperty("manifest").GetString());
        Assert.Equal(pushed, _registry.Requests.Count(request => request.Method is "PUT" or "POST"));
    }

    [Fact]
    public async Task Created_OfAFileOutsideOfACommit_IsTheSameWheneverItWasWritten()
    {
        await WriteAsync("m.wasm", Guests.Read("echo"));
        var one = await PublishAsync("org/m:latest", "m.wasm");
        File.SetLastWriteTimeUtc(_project["m.wasm"], new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var two = await PublishAsync("org/m:latest", "m.wasm");

        Assert.Equal(one.GetProperty("manifest").GetString(), two.GetProperty("manifest").GetString());
        Assert.Equal("1970-01-01T00:00:00Z", Config("org/m/latest").GetProperty("created").GetString());
    }

    [GitFact]
    public async Task Created_InACheckout_IsTheTimeOfItsCommit()
    {
        await WriteAsync("m.wasm", Guests.Read("echo"));
        Git("init", "-q");
        Git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "x", "--date=2020-02-03T04:05:06Z");

        await PublishAsync("org/m:latest", "m.wasm");

        Assert.Equal("2021-03-04T05:06:07Z", Config("org/m/latest").GetProperty("created").GetString());
    }

    [Fact]
    public async Task WitPackage_IsPublishedAsWkgDoes()
    {
        await WriteAsync("wit.wasm", WitPackageBytes.Simple());

        await PublishAsync("org/wit:1.0.0", "wit.wasm");

        Assert.Equal("""{"exports":["a:b/i@1.0.0","a:b/w@1.0.0"],"imports":[]}""", Config("org/wit/1.0.0").GetProperty("component").GetRawText());
        Assert.Equal("application/vnd.wasm.config.v0+json", Manifest("org/wit/1.0.0").GetProperty("config").GetProperty("mediaType").GetString());
    }

    [Theory]
    [InlineData("add ghcr.io/org/wit:1.0.0")]
    [InlineData("add wit --path wit.wasm")]
    public async Task WitPackage_IsNoDependency(string words)
    {
        _registry.Add("org/wit", "1.0.0", WitPackageBytes.Simple());
        await WriteAsync("wit.wasm", WitPackageBytes.Simple());
        _project.Write();
        var before = _project.Snapshot();

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, words.Split(' '));

        Assert.Equal(1, exitCode);
        Assert.Contains("is a WIT package, not a component: a:b@1.0.0", errors, StringComparison.Ordinal);
        Assert.Contains("interface i, world w", errors, StringComparison.Ordinal);
        Assert.Equal(before, _project.Snapshot());
    }

    [Fact]
    public async Task WitPackage_IsInspectedAsOne()
    {
        await WriteAsync("wit.wasm", WitPackageBytes.Simple());

        var text = await MikCommand.SucceedAsync(_project, _registry, "inspect", "wit.wasm");

        Assert.Contains("the WIT package a:b@1.0.0", text, StringComparison.Ordinal);
        Assert.Contains("interface i {\n  f: func();\n}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("world root", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WitPackage_IsServedByNobody()
    {
        await WriteAsync("wit.wasm", WitPackageBytes.Simple());

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "run", "wit.wasm", "--port", "0");

        Assert.Equal(1, exitCode);
        Assert.Contains("it is a WIT package, a:b@1.0.0", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_OfBothWasiVersions_GivesTheComponent()
    {
        AddIndex("both", ("wasip1", Guests.ReadBad("core-module")), ("wasip2", Guests.Read("echo")));
        AddIndex("one", ("wasip1", Guests.ReadBad("core-module")), ("other", Guests.Read("echo")));
        _project.Write();

        await MikCommand.SucceedAsync(_project, _registry, "add", "org/index:both");
        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "add", "org/index:one", "--name", "one");

        Assert.Equal(Guests.Read("echo"), await File.ReadAllBytesAsync(_project["modules", "index.wasm"]));
        Assert.Equal(1, exitCode);
        Assert.Contains("is a core module, not a component", errors, StringComparison.Ordinal);
    }

    private void AddIndex(string tag, params (string System, byte[] Bytes)[] entries)
    {
        var manifests = entries.Select(entry =>
        {
            var digest = _registry.Add("org/index", entry.System, entry.Bytes);
            return new
            {
                mediaType = MediaTypes.Manifest,
                digest = digest.ToString(),
                size = _registry.Manifests[$"org/index/{digest}"].Bytes.Length,
                platform = new { os = entry.System, architecture = entry.System == "other" ? "amd64" : "wasm" }
            };
        });
        _registry.AddManifest(
            "org/index", tag, JsonSerializer.SerializeToUtf8Bytes(new { schemaVersion = 2, mediaType = MediaTypes.Index, manifests }), MediaTypes.Index);
    }

    private Task WriteAsync(string file, byte[] bytes) => File.WriteAllBytesAsync(_project[file], bytes);

    private Task<JsonElement> PublishAsync(string reference, string file) =>
        MikCommand.JsonAsync(_project, _registry, "publish", $"{_registry.Authority}/{reference}", file);

    private JsonElement Manifest(string key) => JsonDocument.Parse(_registry.Manifests[key].Bytes).RootElement;

    private JsonElement Config(string key) =>
        JsonDocument.Parse(_registry.Blobs[Manifest(key).GetProperty("config").GetProperty("digest").GetString()!]).RootElement;

    private string[] AnnotationsOf(string key) =>
        [.. Manifest(key).GetProperty("annotations").EnumerateObject().Select(property => $"{property.Name}={property.Value.GetString()}")];

    private void Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = _project.Folder };
        start.Environment["GIT_COMMITTER_DATE"] = "2021-03-04T05:06:07Z";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
