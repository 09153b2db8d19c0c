namespace Mik.Server.Observability.Metrics;

/// <summary>The kinds of metrics that Prometheus tells apart.</summary>
internal enum MetricType
{
    /// <summary>Only ever grows.</summary>
    Counter,
    /// <summary>Goes up and down.</summary>
    Gauge,
    /// <summary>Counts observations in buckets.</summary>
    Histogram,
}

/// <summary>A label and its value.</summary>
internal readonly record struct Label(string Name, string Value);

/// <summary>One value of a metric. Histograms give a <see cref="Histogram"/> in place of the value.</summary>
internal readonly record struct Sample(Label[] Labels, double Value, Histogram? Histogram = null);

/// <summary>A metric: its name, what it says, and how its values are read at the moment of asking.</summary>
internal sealed record MetricFamily(string Name, MetricType Type, string Help, Func<IEnumerable<Sample>> Read);
