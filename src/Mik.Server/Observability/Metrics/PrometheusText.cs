using System.Globalization;
using System.Text;

namespace Mik.Server.Observability.Metrics;

/// <summary>Writes metrics in the text format that Prometheus reads, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>The <c>Content-Type</c> of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The families in the order given. A family without values keeps its HELP and TYPE lines.</summary>
    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder(8192);
        foreach (var family in families)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(TypeName(family.Type)).Append('\n');
            foreach (var sample in family.Read())
            {
                WriteSample(text, family.Name, sample);
            }
        }

        return text.ToString();
    }

    private static void WriteSample(StringBuilder text, string name, Sample sample)
    {
        if (sample.Histogram is not { } histogram)
        {
            WriteLine(text, name, "", sample.Labels, null, sample.Value);
            return;
        }

        var (buckets, sum) = histogram.Read();
        foreach (var (bound, count) in buckets)
        {
            WriteLine(text, name, "_bucket", sample.Labels, bound, count);
        }

        WriteLine(text, name, "_sum", sample.Labels, null, sum);
        WriteLine(text, name, "_count", sample.Labels, null, buckets[^1].Count);
    }

    private static void WriteLine(StringBuilder text, string name, string suffix, Label[] labels, double? bound, double value)
    {
        text.Append(name).Append(suffix);
        var separator = '{';
        foreach (var label in labels)
        {
            text.Append(separator).Append(label.Name).Append("=\"").Append(EscapeLabel(label.Value)).Append('"');
            separator = ',';
        }

        if (bound is { } upper)
        {
            text.Append(separator).Append("le=\"").Append(Number(upper)).Append('"');
            separator = ',';
        }

        text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string EscapeHelp(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string TypeName(MetricType type) => type switch
    {
        MetricType.Counter => "counter",
        MetricType.Gauge => "gauge",
        _ => "histogram",
    };
}
