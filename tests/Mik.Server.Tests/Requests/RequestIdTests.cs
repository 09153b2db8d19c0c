using Mik.Server.Requests;

namespace Mik.Server.Tests.Requests;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData("abc-123")]
    [InlineData("Root=1-67891233-abcdef012345678912345678")]
    public void From_SaneId_KeepsIt(string id) => Assert.Equal(id, RequestId.From(id));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("\"x\"")]
    [InlineData("a,b")]
    public void From_AnythingElse_MakesANewOne(string? id)
    {
        var made = RequestId.From(id);

        Assert.NotEqual(id, made);
        Assert.Equal(32, made.Length);
        Assert.NotEqual(made, RequestId.From(id));
    }

    [Fact]
    public void From_TooLong_MakesANewOne() => Assert.Equal(32, RequestId.From(new string('a', 129)).Length);
}
