using Mik.Packages.Registry;

namespace Mik.Packages.Tests.Registry;

public sealed class RegistryMirrorsTests
{
    [Theory]
    [InlineData("ghcr.io", false, "http://127.0.0.1:5000/v2/")]
    [InlineData("ghcr.io", true, "https://ghcr.io/v2/")]
    [InlineData("docker.io", false, "https://proxy.example/hub/v2/")]
    [InlineData("docker.io", true, "https://registry-1.docker.io/v2/")]
    [InlineData("quay.io", false, "https://quay.io/v2/")]
    [InlineData("inner.example", true, "http://inner.example/v2/")]
    public async Task Find_Registry_IsItsMirrorToReadAndItselfToWrite(string registry, bool mayPush, string address)
    {
        var mirrors = RegistryMirrors.Parse("ghcr.io=http://127.0.0.1:5000, docker.io=proxy.example/hub/, inner.example=http://inner.example");

        var found = await new RegistryAddresses(new RegistrySettings { Mirrors = mirrors }).FindAsync(registry, mayPush, default);

        Assert.Equal(address, found.AbsoluteUri);
    }

    [Theory]
    [InlineData("ghcr.io")]
    [InlineData("=http://x")]
    [InlineData("ghcr.io=ftp://x")]
    [InlineData("ghcr.io=http://user:password@x")]
    [InlineData("ghcr.io=http://x?y")]
    public void Parse_Wrong_SaysSo(string text) => Assert.Throws<FormatException>(() => RegistryMirrors.Parse(text));
}
