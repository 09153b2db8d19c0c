using Mik.Server.Paths;

namespace Mik.Server.Tests.Paths;

public sealed class ModuleNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("_x")]
    [InlineData("0")]
    [InlineData("my-module_2.v1")]
    [InlineData("console")]
    public void IsLegal_OrdinaryName_True(string name) => Assert.True(ModuleName.IsLegal(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-x")]
    [InlineData("x.")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0")]
    [InlineData("a\r\nb")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("con")]
    [InlineData("NUL.txt")]
    [InlineData("Com1")]
    public void IsLegal_HostileName_False(string name) => Assert.False(ModuleName.IsLegal(name));

    [Fact]
    public void IsLegal_LongestName_TrueAndOneMoreFalse()
    {
        Assert.True(ModuleName.IsLegal(new string('a', ModuleName.MaxLength)));
        Assert.False(ModuleName.IsLegal(new string('a', ModuleName.MaxLength + 1)));
    }
}
