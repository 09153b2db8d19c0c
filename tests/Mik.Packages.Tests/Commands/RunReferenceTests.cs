using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Commands;

/// <summary><c>mik run oci://REFERENCE</c>: fetched, verified and served without a project.</summary>
public sealed class RunReferenceTests : IAsyncLifetime
{
    private FakeRegistry _registry = null!;
    private TestProject _project = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _project = new TestProject(_registry);
        _registry.Add("org/main", "1.0.0", Guests.Read("core-handler"));
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Run_Reference_IsFetchedAndServedUnderItsLastName() =>
        Assert.Contains(
            "\"path\":\"/x\"", await MikServe.GetAsync(_project, _registry, "/run/main/x", $"oci://{_registry.Authority}/org/main:1.0.0"),
            StringComparison.Ordinal);

    [Fact]
    public async Task Run_ReferenceWithADigest_IsServedFromTheCacheWithoutTheRegistry()
    {
        var digest = _registry.Add("org/main", "1.0.0", Guests.Read("core-handler"));
        var reference = $"oci://ghcr.io/org/main@{digest}";
        await MikServe.GetAsync(_project, _registry, "/run/main/", reference);

        Assert.Contains("\"method\":\"GET\"", await MikServe.GetAsync(_project, registry: null, "/run/main/", reference), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tampered", "is not what its digest says")]
    [InlineData("wit", "is a WIT package, not a component")]
    [InlineData("core", "is a core module, not a component")]
    [InlineData("image", "a container image")]
    [InlineData("none", "there is no")]
    public async Task Run_ReferenceThatCannotBeServed_SaysWhy(string tag, string expected)
    {
        _registry.Add("org/main", "tampered", Guests.Read("echo"));
        _registry.Blobs[Mik.Packages.Oci.Digest.Of(Guests.Read("echo")).ToString()] = new byte[Guests.Read("echo").Length];
        _registry.Add("org/main", "wit", WitPackageBytes.Simple());
        _registry.Add("org/main", "core", Guests.ReadBad("core-module"));
        _registry.AddImage("org/main", "image");

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "run", $"oci://ghcr.io/org/main:{tag}", "--port", "0");

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oci://Nonsense", 2, "oci://Nonsense")]
    [InlineData("ghcr.io/org/main:1.0.0", 1, "mik run oci://ghcr.io/org/main:1.0.0")]
    [InlineData("oci://wasi:http@0.2.0", 2, "is the name of a package")]
    [InlineData("no-such.wasm", 1, "check the path")]
    public async Task Run_WordThatNamesNothing_SaysWhatToWrite(string word, int expectedCode, string expected)
    {
        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "run", word);

        Assert.Equal(expectedCode, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }
}
