using Mik.Server.Observability.Metrics;

namespace Mik.Server.Tests.Observability.Metrics;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Write_CharactersWithAMeaning_AreEscaped()
    {
        var text = PrometheusText.Write(
        [
            new("a_total", MetricType.Counter, "one\\two\nthree \"four\"", () => [new([new("module", "q\"b\\n\nx")], 3)]),
        ]);

        Assert.Equal("# HELP a_total one\\\\two\\nthree \"four\"\n# TYPE a_total counter\na_total{module=\"q\\\"b\\\\n\\nx\"} 3\n", text);
        Assert.Equal(3, Exposition.Parse(text)["a_total{module=\"q\"b\\n\nx\"}"]);
    }

    [Fact]
    public void Write_Histogram_HasCumulativeBucketsSumAndCount()
    {
        var histogram = new Histogram(new Histogram.Scale([10, 20], 10));
        foreach (var value in (long[])[5, 10, 11, 30])
        {
            histogram.Record(value);
        }

        var text = PrometheusText.Write([new("h_seconds", MetricType.Histogram, "h", () => [new([new("module", "m")], 0, histogram)])]);

        var read = Exposition.Parse(text);
        Assert.Equal(2, read["h_seconds_bucket{le=\"1\",module=\"m\"}"]);
        Assert.Equal(3, read["h_seconds_bucket{le=\"2\",module=\"m\"}"]);
        Assert.Equal(4, read["h_seconds_bucket{le=\"+Inf\",module=\"m\"}"]);
        Assert.Equal(5.6, read["h_seconds_sum{module=\"m\"}"]);
        Assert.Equal(4, read["h_seconds_count{module=\"m\"}"]);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(12345678901234, "12345678901234")]
    [InlineData(-0.5, "-0.5")]
    public void Write_Number_IsReadable(double value, string written) =>
        Assert.EndsWith($"g {written}\n", PrometheusText.Write([new("g", MetricType.Gauge, "g", () => [new([], value)])]), StringComparison.Ordinal);
}
