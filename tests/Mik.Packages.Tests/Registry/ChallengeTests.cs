using Mik.Packages.Registry;

namespace Mik.Packages.Tests.Registry;

public sealed class ChallengeTests
{
    [Fact]
    public void Parse_Bearer_GivesItsParameters()
    {
        var challenge = Assert.Single(Challenge.Parse("""Bearer realm="https://auth.example/token?a=1,2",service="reg\"istry" , scope=repository:a/b:pull"""));

        Assert.Equal("bearer", challenge.Scheme);
        Assert.Equal("https://auth.example/token?a=1,2", challenge["realm"]);
        Assert.Equal("reg\"istry", challenge["service"]);
        Assert.Equal("repository:a/b:pull", challenge["scope"]);
    }

    [Fact]
    public void Parse_Several_GivesAll() =>
        Assert.Equal(
            ["negotiate", "basic", "bearer"], Challenge.Parse("Negotiate, Basic realm=\"x\", Bearer realm=\"y\"").Select(challenge => challenge.Scheme));

    [Theory]
    [InlineData("")]
    [InlineData(",,,")]
    [InlineData("=")]
    [InlineData("\"")]
    [InlineData("Bearer realm=\"unclosed")]
    [InlineData("Bearer realm=\"x\\")]
    [InlineData("Bearer =,=,\"\"=")]
    public void Parse_Nonsense_Ends(string header) => Assert.InRange(Challenge.Parse(header).Count, 0, 5);
}
