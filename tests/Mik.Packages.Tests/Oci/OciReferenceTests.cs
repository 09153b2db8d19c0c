using Mik.Packages.Oci;

namespace Mik.Packages.Tests.Oci;

public sealed class OciReferenceTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("user/repo", "ghcr.io", "user/repo", null)]
    [InlineData("user/repo:v1.0.0", "ghcr.io", "user/repo", "v1.0.0")]
    [InlineData("ghcr.io/user/repo", "ghcr.io", "user/repo", null)]
    [InlineData("docker.io/myorg/cache:latest", "docker.io", "myorg/cache", "latest")]
    [InlineData("docker.io/alpine", "docker.io", "library/alpine", null)]
    [InlineData("localhost/a", "localhost", "a", null)]
    [InlineData("localhost:5000/a/b:1", "localhost:5000", "a/b", "1")]
    [InlineData("127.0.0.1:5000/a", "127.0.0.1:5000", "a", null)]
    [InlineData("[::1]:5000/a", "[::1]:5000", "a", null)]
    [InlineData("oci://ghcr.io/a/b_c/d--e.f", "ghcr.io", "a/b_c/d--e.f", null)]
    public void Parse_Reference_GivesItsParts(string text, string registry, string repository, string? tag)
    {
        var reference = OciReference.Parse(text);

        Assert.Equal((registry, repository, tag), (reference.Registry, reference.Repository, reference.Tag));
        Assert.Equal(reference, OciReference.Parse(reference.ToString()));
    }

    [Fact]
    public void Parse_TagAndDigest_KeepsBoth()
    {
        var reference = OciReference.Parse($"user/repo:v1@sha256:{Hex}");

        Assert.Equal("v1", reference.Tag);
        Assert.Equal($"sha256:{Hex}", reference.Digest!.ToString());
        Assert.Equal("repo", reference.Leaf);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("user/")]
    [InlineData("/repo")]
    [InlineData("user//repo")]
    [InlineData("../repo")]
    [InlineData("user/../repo")]
    [InlineData("ghcr.io/../../etc/passwd")]
    [InlineData("user/repo:")]
    [InlineData("user/repo:.hidden")]
    [InlineData("user/repo:a/b")]
    [InlineData("user/repo@sha256:1234")]
    [InlineData("user/repo@md5:0123456789abcdef0123456789abcdef")]
    [InlineData("user/repo?x=1")]
    [InlineData("user/repo#x")]
    [InlineData("user@evil.example/repo")]
    [InlineData("a.b:99999999/repo")]
    [InlineData("exa mple.org/repo")]
    [InlineData("user/repo\n")]
    [InlineData("user/re\0po")]
    [InlineData("user/%2e%2e")]
    public void Parse_Wrong_SaysSo(string text) => Assert.NotEmpty(Assert.Throws<FormatException>(() => OciReference.Parse(text)).Message);

    [Fact]
    public void Parse_UpperCase_TellsTheRightSpelling() =>
        Assert.Contains("'user/repo'", Assert.Throws<FormatException>(() => OciReference.Parse("User/Repo:V1")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://ghcr.io/user/repo:v1")]
    [InlineData("docker://ghcr.io/user/repo:v1")]
    public void Parse_Scheme_TellsTheRightSpelling(string text) => Assert.Contains(
        "write 'ghcr.io/user/repo:v1'", Assert.Throws<FormatException>(() => OciReference.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_LongName_IsRefused() => Assert.Throws<FormatException>(() => OciReference.Parse("user/" + new string('a', 10_000)));

    [Theory]
    [InlineData("v1", "ghcr.io/a/b:v1")]
    [InlineData("sha256:" + Hex, "ghcr.io/a/b@sha256:" + Hex)]
    public void Of_Version_IsTagOrDigest(string version, string expected) => Assert.Equal(expected, OciReference.Of("ghcr.io/a/b", version).ToString());

    [Theory]
    [InlineData("ghcr.io/a/b:v1", "v2")]
    [InlineData("ghcr.io/a/b", "../x")]
    [InlineData("ghcr.io/a/b", "sha256:zz")]
    [InlineData("ghcr.io/a/b", "")]
    public void Of_Wrong_SaysSo(string name, string version) => Assert.Throws<FormatException>(() => OciReference.Of(name, version));
}
