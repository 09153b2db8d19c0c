using Mik.Server.Pipeline;

namespace Mik.Server.Tests.Pipeline;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/a?b", "/a", "?b")]
    [InlineData("/a?", "/a", "?")]
    [InlineData("/a?b?c", "/a", "?b?c")]
    [InlineData("/a//b/%2F/", "/a//b/%2F/", "")]
    [InlineData("http://host/a?b", "/a", "?b")]
    [InlineData("http://host", "/", "")]
    [InlineData("http://host?q", "", "?q")]
    [InlineData("*", "*", "")]
    [InlineData("host:80", "host:80", "")]
    [InlineData("", "", "")]
    public void Parse_AnyForm_SplitsAndKeepsEncoding(string raw, string path, string query)
    {
        Assert.Equal(new RequestTarget(path, query), RequestTarget.Parse(raw));
    }
}
