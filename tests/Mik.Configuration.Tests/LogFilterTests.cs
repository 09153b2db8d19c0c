namespace Mik.Configuration.Tests;

public sealed class LogFilterTests
{
    [Theory]
    [InlineData("", "mik.request", LogThreshold.Info)]
    [InlineData("info", "mik.request", LogThreshold.Info)]
    [InlineData("DEBUG", "mik.request", LogThreshold.Debug)]
    [InlineData("Trace", "anything", LogThreshold.Trace)]
    [InlineData("off", "mik.request", LogThreshold.Off)]
    [InlineData("4", "mik.request", LogThreshold.Debug)]
    [InlineData("mik=debug", "mik.request", LogThreshold.Debug)]
    [InlineData("mik=debug", "mik", LogThreshold.Debug)]
    [InlineData("mik=debug", "mikado", LogThreshold.Error)]
    [InlineData("mik=debug", "other", LogThreshold.Error)]
    [InlineData("warn,mik=debug", "other", LogThreshold.Warn)]
    [InlineData("mik=debug,warn", "other", LogThreshold.Warn)]
    [InlineData("info,warn", "other", LogThreshold.Warn)]
    [InlineData("mik::guest=trace,mik=warn", "mik.guest", LogThreshold.Trace)]
    [InlineData("mik=warn,mik::guest=trace", "mik.request", LogThreshold.Warn)]
    [InlineData("mik.guest=trace", "mik.guest", LogThreshold.Trace)]
    [InlineData("mik=debug,mik::runtime=trace", "mik.request", LogThreshold.Trace)]
    [InlineData("mik::runtime=trace,mik=debug", "mik.request", LogThreshold.Trace)]
    [InlineData("mik::runtime::guest=off,mik::runtime=trace", "mik.guest", LogThreshold.Off)]
    [InlineData("mik::guest=off,mik::runtime=trace", "mik.request", LogThreshold.Trace)]
    [InlineData("mik::runtimes=trace", "mik.request", LogThreshold.Error)]
    [InlineData("mik", "mik.request", LogThreshold.Trace)]
    [InlineData("mik=debug,mik=warn", "mik.request", LogThreshold.Warn)]
    [InlineData(" info , mik = debug ,, ", "mik.request", LogThreshold.Debug)]
    [InlineData("info,kestrel=debug", "Microsoft.AspNetCore.Server.Kestrel.Connections", LogThreshold.Debug)]
    [InlineData("kestrel=off", "Microsoft.AspNetCore.Server.Kestrel", LogThreshold.Off)]
    public void Of_FilterAndCategory_IsAsDocumented(string filter, string category, LogThreshold threshold)
    {
        var parsed = LogFilter.Parse(filter);

        Assert.Empty(parsed.Problems);
        Assert.Equal(threshold, parsed.Of(category));
    }

    [Theory]
    [InlineData("mik=loud")]
    [InlineData("=debug")]
    [InlineData("mik[span]=debug")]
    [InlineData("[{id=7}]")]
    [InlineData("mik=")]
    [InlineData("mik=9")]
    [InlineData("mik=-1")]
    [InlineData("mik=debug=trace")]
    public void Parse_PartThatMeansNothing_IsLeftOutAndTold(string part)
    {
        var parsed = LogFilter.Parse($"warn,{part},mik::guest=debug");

        Assert.Contains($"'{part}'", Assert.Single(parsed.Problems), StringComparison.Ordinal);
        Assert.Equal((LogThreshold.Warn, LogThreshold.Debug), (parsed.Of("mik.request"), parsed.Of("mik.guest")));
    }

    [Fact]
    public void Parse_AnyText_NeverFails()
    {
        var random = new Random(7);
        const string Alphabet = "mikinfo=,:.[]{} 09\t\0ü";
        for (var round = 0; round < 2000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            LogFilter.Parse(text).Of("mik.request");
        }
    }
}
