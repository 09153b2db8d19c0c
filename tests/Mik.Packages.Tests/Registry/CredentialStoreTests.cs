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

    [Theory]
    [InlineData("""{"credsStore":"NAME"}""", "ghcr.io", "ghcr.io")]
    [InlineData("""{"credsStore":"NAME"}""", "docker.io", "https://index.docker.io/v1/")]
    [InlineData("""{"credHelpers":{"https://index.docker.io/v1/":"NAME"},"auths":{"docker.io":{"auth":"bWU6c2VjcmV0"}}}""", "docker.io", "https://index.docker.io/v1/")]
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
