using Mik.Packages.Registry;

namespace Mik.Packages.Tests.Registry;

public sealed class RegistryMirrorsTests
{
    [Theory]
    [InlineData("ghcr.io", "http://127.0.0.1:5000/v2/")]
    [InlineData("docker.io", "https://proxy.example/hub/v2/")]
    [InlineData("quay.io", "https://quay.io/v2/")]
    [InlineData("localhost:5000", "http://localhost:5000/v2/")]
    [InlineData("[::1]:5000", "http://[::1]:5000/v2/")]
    public void AddressOf_Registry_IsItsMirrorOrItself(string registry, string address) =>
        Assert.Equal(address, RegistryMirrors.Parse("ghcr.io=http://127.0.0.1:5000, docker.io=proxy.example/hub/").AddressOf(registry).AbsoluteUri);

    [Fact]
    public void AddressOf_DockerHub_IsItsRegistry() => Assert.Equal("https://registry-1.docker.io/v2/", RegistryMirrors.None.AddressOf("docker.io").AbsoluteUri);

    [Theory]
    [InlineData("ghcr.io")]
    [InlineData("=http://x")]
    [InlineData("ghcr.io=ftp://x")]
    [InlineData("ghcr.io=http://user:password@x")]
    [InlineData("ghcr.io=http://x?y")]
    public void Parse_Wrong_SaysSo(string text) => Assert.Throws<FormatException>(() => RegistryMirrors.Parse(text));
}
