using Mik.Packages.Registry;

namespace Mik.Packages.Tests.Registry;

/// <summary>Where credentials are found, and where not.</summary>
public sealed class CredentialStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ghcr.io", "ghcr.io", "me:secret")]
    [InlineData("https://ghcr.io", "ghcr.io", "me:secret")]
    [InlineData("https://ghcr.io/v2/", "ghcr.io", "me:secret")]
    [InlineData("https://index.docker.io/v1/", "docker.io", "me:secret")]
    [InlineData("registry.example:5000", "registry.example:5000", "me:secret")]
    [InlineData("ghcr.io", "evil.ghcr.io", null)]
    [InlineData("ghcr.io", "ghcr.io.evil.example", null)]
    [InlineData("registry.example:5000", "registry.example", null)]
    [InlineData("registry.example", "registry.example:5000", null)]
    public async Task Auths_OfARegistry_AreItsOwnOnly(string key, string registry, string? expected)
    {
        await File.WriteAllTextAsync(_folder["config.json"], $$"""{"auths":{"{{key}}":{"auth":"bWU6c2VjcmV0"} } }""");

        var found = await new CredentialStore(_folder["none.json"], _folder["config.json"]).FindAsync(registry, default);

        Assert.Equal(expected, found is null ? null : $"{found.UserName}:{found.Secret}");
        Assert.DoesNotContain("secret", found?.ToString() ?? "", StringComparison.Ordinal);
    }

    /// <summary>Every form in which docker, podman, skopeo and oras leave a key.</summary>
    [Theory]
    [InlineData("registry.example:5000")]
    [InlineData("registry.example:5000/")]
    [InlineData("http://registry.example:5000")]
    [InlineData("http://registry.example:5000/v2/")]
    [InlineData("https://registry.example:5000/v1/")]
    [InlineData("https://registry.example:5000/some/path")]
    [InlineData("registry.example:5000/case")]
    [InlineData("registry.example:5000/case/")]
    [InlineData("registry.example:5000/case/auth")]
    [InlineData("registry.example:5000/other")]
    public async Task Auths_EveryFormOfKey_IsFound(string key)
    {
        await File.WriteAllTextAsync(_folder["config.json"], $$"""{"auths":{"{{key}}":{"auth":"bWU6c2VjcmV0"} } }""");

        var found = await new CredentialStore(_folder["config.json"]).FindAsync("registry.example:5000/case/auth", default);

        Assert.Equal("me", found?.UserName);
        Assert.Equal(_folder["config.json"], found!.Origin);
    }

    [Theory]
    [InlineData("r.example/case/auth", "two")]
    [InlineData("r.example/case/other", "one")]
    [InlineData("r.example/cases/auth", "host")]
    [InlineData("r.example", "host")]
    public async Task Auths_OfNameSpaces_TheNearestCounts(string name, string expected)
    {
        var entries =
            new[] { ("r.example/case", "one"), ("r.example", "host"), ("https://r.example/v2/", "url"), ("r.example/case/auth", "two"),
                ("r.example/zoo", "zoo") }
            .Select(entry => $$""" "{{entry.Item1}}":{"username":"{{entry.Item2}}","password":"x"} """);
        await File.WriteAllTextAsync(_folder["config.json"], $$"""{"auths":{ {{string.Join(',', entries)}} } }""");

        Assert.Equal(expected, (await new CredentialStore(_folder["config.json"]).FindAsync(name, default))?.UserName);
    }

    [Fact]
    public void OfUser_LooksWherePodmanAndSkopeoKeepTheirs()
    {
        var files = CredentialStore.OfUser().Files;

        Assert.Contains(files, file => file.EndsWith("containers/auth.json", StringComparison.Ordinal) || OperatingSystem.IsWindows());
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains(
                files, file => file.StartsWith("/run/containers/", StringComparison.Ordinal) && file.EndsWith("/auth.json", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("""{"credsStore":"NAME"}""", "ghcr.io", "ghcr.io")]
    [InlineData("""{"credsStore":"NAME"}""", "docker.io", "https://index.docker.io/v1/")]
    [InlineData("""{"credHelpers":{"https://index.docker.io/v1/":"NAME"},"auths":{"docker.io":{"auth":"bWU6c2VjcmV0"}}}""", "docker.io",
        "https://index.docker.io/v1/")]
    [InlineData("""{"credsStore":"NAME"}""", "unknown.example", null)]
    public async Task Programs_AreAskedByTheKeyOfTheRegistry(string config, string registry, string? asked)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var name = "mik-test-" + Guid.NewGuid().ToString("n");
        var program = _folder[$"docker-credential-{name}"];
        await File.WriteAllTextAsync(program, """
            #!/bin/sh
            read -r server
            case "$server" in
            *unknown*) echo "credentials not found in native keychain"; exit 1 ;;
            *) printf '{"Username":"me","Secret":"%s"}' "$server" ;;
            esac
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(_folder["config.json"], config.Replace("NAME", name, StringComparison.Ordinal));
        var store = new CredentialStore(_folder["config.json"]) { ProgramFolder = _folder.Path };

        Assert.Equal(asked, (await store.FindAsync(registry, default))?.Secret);
    }
}
