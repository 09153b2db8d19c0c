using Mik.Components.Model;

namespace Mik.Components.Tests.Decoding;

public sealed class ExternNameTests
{
    [Theory]
    [InlineData("a", ExternNameKind.Label)]
    [InlineData("get-JSON", ExternNameKind.Label)]
    [InlineData("A1-2-3", ExternNameKind.Label)]
    [InlineData("[constructor]fields", ExternNameKind.Constructor)]
    [InlineData("[method]fields.get-all", ExternNameKind.Method)]
    [InlineData("[static]fields.from-list", ExternNameKind.Static)]
    [InlineData("wasi:http/types", ExternNameKind.Interface)]
    [InlineData("wasi:http/types@0.2.3", ExternNameKind.Interface)]
    [InlineData("wasi:http/types@0.2.0-rc-2023-12-05+build.1", ExternNameKind.Interface)]
    [InlineData("wasi:http/types@0.2", ExternNameKind.Interface)]
    [InlineData("wasi:http/types@1", ExternNameKind.Interface)]
    public void TryParse_ValidName_KnowsItsKind(string text, ExternNameKind kind)
    {
        Assert.True(ExternName.TryParse(text, out var name));
        Assert.Equal(kind, name.Kind);
        Assert.Equal(text, name.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a_b")]
    [InlineData("aB")]
    [InlineData("a-")]
    [InlineData("-a")]
    [InlineData("a--b")]
    [InlineData("ä")]
    [InlineData("[method]a")]
    [InlineData("[method]a.b.c")]
    [InlineData("[async]a")]
    [InlineData("wasi:http")]
    [InlineData("Wasi:http/types")]
    [InlineData("wasi:http/types@")]
    [InlineData("wasi:http/types@0.2.03")]
    [InlineData("wasi:http/types@0.2.3\0")]
    [InlineData("wasi:http/types@0.2\0\0.3")]
    [InlineData("wasi:http/types@0.2\0")]
    [InlineData("wasi:http/types@1\0")]
    [InlineData("wasi:http/types@0.2.3-rc\0")]
    [InlineData("wasi:http/types@1.2")]
    [InlineData("wasi:http/types@1.2.3-01")]
    [InlineData("wasi:http/types@0")]
    [InlineData("wasi:http/types/more")]
    public void TryParse_InvalidName_IsRefused(string text) => Assert.False(ExternName.TryParse(text, out _));

    [Theory]
    [InlineData("a:b/c@0.2.0", "a:b/c@0.2")]
    [InlineData("a:b/c@0.2.12+x", "a:b/c@0.2")]
    [InlineData("a:b/c@1.4.2", "a:b/c@1")]
    [InlineData("a:b/c@0.0.1", "a:b/c@0.0.1")]
    [InlineData("a:b/c@0.3.0-rc.1", "a:b/c@0.3.0-rc.1")]
    [InlineData("a:b/c@0.2", "a:b/c@0.2")]
    [InlineData("a:b/c", "a:b/c")]
    public void Key_Version_IsItsTrack(string text, string key)
    {
        Assert.True(InterfaceName.TryParse(text, out var name));
        Assert.Equal(key, name.Key);
        Assert.Equal(text, name.ToString());
    }
}
