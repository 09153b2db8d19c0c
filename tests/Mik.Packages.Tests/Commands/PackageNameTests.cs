using Microsoft.AspNetCore.Http;
using Mik.Packages.Oci;
using Mik.Packages.PackageNames;
using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Commands;

/// <summary><c>namespace:name@version</c>, as wkg, wac and jco write it.</summary>
public sealed class PackageNameTests : IAsyncLifetime
{
    private FakeRegistry _registry = null!;
    private TestProject _project = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _project = new TestProject(_registry);
        _project.Write();
        _registry.Add("packages/acme/router", "1.0.0", Guests.Read("echo"));
        _registry.Add("packages/acme/router", "1.2.0", Guests.Read("hello"));
        _registry.Add("packages/acme/router", "2.0.0-rc.1", Guests.Read("loop"));
        _registry.Add("acme/router", "1.0.0", Guests.Read("env"));
        _registry.Add("acme/unreleased", "first", Guests.Read("env"));
        _registry.Add("acme/unreleased", "latest", Guests.Read("env"));
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData("default_registry = \"HOST\"", "acme:router@1.0.0", "env")]
    [InlineData("[namespace_registries]\nacme = \"HOST\"", "acme:router@1.0.0", "env")]
    [InlineData("default_registry = \"127.0.0.1:1\"\n[namespace_registries]\nacme = \"127.0.0.1:1\"\n[package_registry_overrides]\n\"acme:router\" = \"HOST\"",
        "acme:router@1.0.0", "env")]
    [InlineData("[namespace_registries]\nacme = { registry = \"x.example\", metadata = { preferredProtocol = \"oci\", oci = { registry = \"HOST\", "
        + "namespacePrefix = \"packages/\" } } }", "acme:router@1.0.0", "echo")]
    [InlineData("[namespace_registries]\nacme = { registry = \"x.example\", metadata = { oci = { registry = \"HOST\", namespacePrefix = \"packages/\" } } }",
        "acme:router", "hello")]
    public async Task Add_NameOfAPackage_IsLookedUpAsWkgDoes(string configuration, string name, string guest)
    {
        var (exitCode, errors) = await AddAsync(configuration, name);

        Assert.True(exitCode == 0, errors);
        Assert.Equal(Guests.Read(guest), await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
        Assert.Contains("router = { registry = \"", await File.ReadAllTextAsync(_project["mik.toml"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"oci":{"registry":"HOST","namespacePrefix":"packages/"}}""")]
    [InlineData("""{"preferredProtocol":"oci","ociRegistry":"HOST","ociNamespacePrefix":"packages/"}""")]
    public async Task Add_NameOfAPackage_FollowsTheWellKnownDocument(string document)
    {
        Answer(document);

        var (exitCode, errors) = await AddAsync("default_registry = \"HOST\"", "acme:router@1.0.0");

        Assert.True(exitCode == 0, errors);
        Assert.Equal(Guests.Read("echo"), await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
    }

    [Theory]
    [InlineData("""{"preferredProtocol":"warg","warg":{"url":"https://x.example"}}""", "it speaks warg, and mik only oci")]
    [InlineData("""{"oci":{"registry":"x y","namespacePrefix":"../"}}""", "cannot be understood")]
    [InlineData("[1]", "cannot be understood")]
    [InlineData("nonsense", "cannot be understood")]
    public async Task Add_NameOfAPackage_WithAHostileDocument_IsAClearError(string document, string expected)
    {
        Answer(document);

        var (exitCode, errors) = await AddAsync("default_registry = \"HOST\"", "acme:router@1.0.0");

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "acme:router@1.0.0", "error[package-name-unmapped]: no registry is known for acme:router@1.0.0")]
    [InlineData("", "router:v1", "host/user/v1")]
    [InlineData("nonsense", "acme:router@1.0.0", "line 1")]
    [InlineData("nonsense", "acme:router@1.0.0", "error[wkg-config-invalid]: ")]
    [InlineData("default_registry = \"HOST\"", "acme:unreleased", "error[no-release]: ")]
    [InlineData("default_registry = \"HOST\"", "acme:router@1.0.1", "did you mean 1.0.0?")]
    [InlineData("default_registry = \"HOST\"", "acme:unreleased@7.7.7", "it has first, latest")]
    [InlineData("default_registry = \"HOST\"", "acme:other", "acme/other")]
    [InlineData("default_registry = \"HOST\"", "acme:router@9.0.0", "there is no")]
    public async Task Add_NameThatStandsForNothing_SaysWhatToDo(string configuration, string name, string expected)
    {
        var (exitCode, errors) = await AddAsync(configuration, name);

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("user/" + name, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wasi:http@0.2.0", true)]
    [InlineData("wasi:http", true)]
    [InlineData("a-b:c-d@1.0.0-rc.1+x", true)]
    [InlineData("wasi:http@0.2", false)]
    [InlineData("wasi:http@", false)]
    [InlineData("Wasi:http@0.2.0", false)]
    [InlineData("wasi:http/types@0.2.0", false)]
    [InlineData("host:5000/x", false)]
    [InlineData("repo:v1.0.0", false)]
    public void TryParse_OnlyNamesOfPackages(string text, bool expected) => Assert.Equal(expected, PackageName.TryParse(text, out _));

    [Fact]
    public void Reference_ThatIsANameOfAPackage_SaysSo() =>
        Assert.Contains(
            "is the name of a package", Assert.Throws<FormatException>(() => OciReference.Parse("wasi:http@0.2.0")).Message, StringComparison.Ordinal);

    private async Task<(int ExitCode, string Errors)> AddAsync(string configuration, string name)
    {
        await File.WriteAllTextAsync(_project["wkg.toml"], configuration.Replace("HOST", _registry.Authority, StringComparison.Ordinal));
        return await MikCommand.RunWithAsync(_project, "WKG_CONFIG_FILE", _project["wkg.toml"], "add", name);
    }

    private void Answer(string document) => _registry.Intercept = async context =>
    {
        if (context.Request.Path != "/.well-known/wasm-pkg/registry.json")
        {
            return false;
        }

        await context.Response.WriteAsync(document.Replace("HOST", _registry.Authority, StringComparison.Ordinal));
        return true;
    };
}
