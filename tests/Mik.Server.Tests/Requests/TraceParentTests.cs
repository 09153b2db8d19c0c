using Mik.Server.Requests;

namespace Mik.Server.Tests.Requests;

public sealed class TraceParentTests
{
    private const string Valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(Valid)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later")]
    public void Continue_ValidParent_KeepsTraceAndFlagsWithANewSpan(string header)
    {
        var trace = TraceParent.Continue(header);

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", trace.TraceId);
        Assert.NotEqual("b7ad6b7169203331", trace.SpanId);
        Assert.EndsWith("-01", trace.ToString(), StringComparison.Ordinal);
        Assert.True(TraceParent.TryParse(trace.ToString(), out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x")]
    [InlineData("00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01")]
    public void Continue_NoneOrMalformed_BeginsATrace(string? header)
    {
        var trace = TraceParent.Continue(header);

        Assert.NotEqual("0af7651916cd43dd8448eb211c80319c", trace.TraceId);
        Assert.True(TraceParent.TryParse(trace.ToString(), out var parsed));
        Assert.Equal(trace, parsed);
    }
}
