using Mik.Scripting.TypeScript;

namespace Mik.Scripting.Tests.TypeScript;

public sealed class StrippedSourcesTests
{
    [Fact]
    public void Keep_OfMoreBytesThanThereMayBe_BeginsAnew()
    {
        var kept = new StrippedSources(10_000);

        for (var i = 0; i < 5; i++)
        {
            kept.Keep($"{i}", new StrippedSource(new byte[3_000], null));
        }

        Assert.Equal([false, false, true, false], new[] { "0", "1", "4", "5" }.Select(key => kept.Find(key) is not null));
        kept.Keep("5", new StrippedSource(new byte[11_000], null));
        Assert.Null(kept.Find("5"));
        Assert.NotNull(kept.Find("4"));
    }

    [Fact]
    public void SizeBytes_OfAResult_CountsItsCodeAndItsMap()
    {
        var map = SourceMap.Parse(string.Concat(Enumerable.Repeat("AAAA,AAAA;", 1_000)));

        Assert.InRange(new StrippedSource(new byte[3_000], map).SizeBytes, 3_000 + (2_000 * 12), 3_000 + 512 + (1_000 * 200));
    }
}
