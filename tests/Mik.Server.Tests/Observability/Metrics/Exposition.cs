using System.Globalization;
using System.Text.RegularExpressions;

namespace Mik.Server.Tests.Observability.Metrics;

/// <summary>Reads the text format of Prometheus 0.0.4 and refuses everything that a strict reader may refuse.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, (string Type, string Help)> _families = [];
    private readonly Dictionary<string, double> _samples = [];

    private Exposition()
    {
    }

    public IReadOnlyDictionary<string, (string Type, string Help)> Families => _families;

    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>A value by its name and labels in the order of the labels' names: <c>a_total{module="x",status="200"}</c>.</summary>
    public double this[string series] => _samples.TryGetValue(series, out var value)
        ? value
        : throw new KeyNotFoundException($"no {series} in\n{string.Join('\n', _samples.Keys)}");

    public static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var exposition = new Exposition();
        string? family = null;
        string? help = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (HelpLine().Match(line) is { Success: true } helpLine)
            {
                family = helpLine.Groups["name"].Value;
                help = helpLine.Groups["text"].Value;
                Assert.False(exposition._families.ContainsKey(family), $"a second HELP of {family}");
            }
            else if (TypeLine().Match(line) is { Success: true } typeLine)
            {
                Assert.Equal(family, typeLine.Groups["name"].Value);
                exposition._families.Add(family!, (typeLine.Groups["type"].Value, help!));
            }
            else
            {
                exposition.AddSample(line, family!);
            }
        }

        exposition.CheckHistograms();
        return exposition;
    }

    private static string Unescape(string text) => Regex.Replace(text, @"\\(.)", match => match.Groups[1].Value switch
    {
        "n" => "\n",
        "\\" => "\\",
        "\"" => "\"",
        var other => throw new FormatException($"the escape \\{other} does not exist"),
    });

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private void AddSample(string line, string family)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"not a sample: {line}");
        var type = _families[family].Type;
        var name = match.Groups["name"].Value;
        Assert.Contains(name, type == "histogram" ? [family + "_bucket", family + "_sum", family + "_count"] : (string[])[family]);
        if (type == "counter")
        {
            Assert.EndsWith("_total", name, StringComparison.Ordinal);
        }

        var labels = match.Groups["label"].Captures.Zip(match.Groups["text"].Captures, (label, text) => (label.Value, Text: Unescape(text.Value)))
            .OrderBy(label => label.Value, StringComparer.Ordinal)
            .ToArray();
        Assert.Equal(labels.Length, labels.DistinctBy(label => label.Value).Count());
        var value = Number(match.Groups["value"].Value);
        Assert.True(type == "gauge" || value >= 0, line);
        var series = labels.Length == 0 ? name : $"{name}{{{string.Join(',', labels.Select(label => $"{label.Value}=\"{label.Text}\""))}}}";
        Assert.True(_samples.TryAdd(series, value), $"twice: {series}");
    }

    /// <summary>Buckets grow, end with +Inf, and the last is the count.</summary>
    private void CheckHistograms()
    {
        foreach (var family in _families.Where(family => family.Value.Type == "histogram").Select(family => family.Key))
        {
            var buckets =
                from sample in _samples
                let match = BucketSeries().Match(sample.Key)
                where match.Success && match.Groups["name"].Value == family
                group (Bound: Number(match.Groups["bound"].Value), Count: sample.Value) by match.Groups["before"].Value + match.Groups["after"].Value;
            foreach (var series in buckets)
            {
                var ordered = series.ToArray();
                Assert.Equal(ordered.Select(bucket => bucket.Bound).Order(), ordered.Select(bucket => bucket.Bound));
                Assert.Equal(ordered.Select(bucket => bucket.Count).Order(), ordered.Select(bucket => bucket.Count));
                Assert.Equal(double.PositiveInfinity, ordered[^1].Bound);
                var labels = series.Key.Trim(',');
                Assert.Equal(ordered[^1].Count, this[family + "_count" + (labels.Length == 0 ? "" : $"{{{labels}}}")]);
                Assert.True(ordered[^1].Count > 0 || this[family + "_sum" + (labels.Length == 0 ? "" : $"{{{labels}}}")] == 0);
            }
        }
    }

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>\S.*)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>([^"\\]|\\.)*)"(,(?!\})|(?=\})))+\})? (?<value>[-+]?(Inf|[0-9][0-9.eE+-]*))$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""^(?<name>.*)_bucket\{(?<before>[^}]*?)le="(?<bound>[^"]*)"(?<after>.*)\}$""")]
    private static partial Regex BucketSeries();
}
