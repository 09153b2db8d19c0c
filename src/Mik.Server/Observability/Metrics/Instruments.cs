using System.Diagnostics.Metrics;

namespace Mik.Server.Observability.Metrics;

/// <summary>
/// The same figures for whoever listens inside the process or through its diagnostics port (<c>dotnet-counters monitor --counters mik</c>):
/// the meter <c>mik</c>. Costs a flag's test per request while nobody listens.
/// </summary>
internal sealed class Instruments : IDisposable
{
    private readonly Meter _meter = new("mik");
    private readonly Histogram<double> _requests;
    private readonly Histogram<double> _instantiations;
    private readonly Histogram<double> _guests;
    private readonly Histogram<long> _memory;
    private readonly Histogram<double> _loads;

    /// <summary>A meter with the histograms; <see cref="Observe"/> adds the rest.</summary>
    public Instruments()
    {
        _requests = _meter.CreateHistogram<double>("mik_request_duration_seconds", "s");
        _instantiations = _meter.CreateHistogram<double>("mik_instantiation_seconds", "s");
        _guests = _meter.CreateHistogram<double>("mik_guest_seconds", "s");
        _memory = _meter.CreateHistogram<long>("mik_guest_memory_bytes", "By");
        _loads = _meter.CreateHistogram<double>("mik_module_load_seconds", "s");
    }

    /// <summary>Shows a counter or gauge. Histograms are recorded as they come instead.</summary>
    public void Observe(MetricFamily family)
    {
        if (family.Type == MetricType.Counter)
        {
            _meter.CreateObservableCounter(family.Name, () => Measure(family), description: family.Help);
        }
        else if (family.Type == MetricType.Gauge)
        {
            _meter.CreateObservableGauge(family.Name, () => Measure(family), description: family.Help);
        }
    }

    /// <summary>A request has ended.</summary>
    public void RequestEnded(RouteMetrics route, TimeSpan elapsed)
    {
        if (_requests.Enabled)
        {
            _requests.Record(elapsed.TotalSeconds, new("route", route.Route), new("module", route.Module));
        }
    }

    /// <summary>An instance stands ready.</summary>
    public void Instantiated(ModuleMetrics module, TimeSpan took)
    {
        if (_instantiations.Enabled)
        {
            _instantiations.Record(took.TotalSeconds, new KeyValuePair<string, object?>("module", module.Module));
        }
    }

    /// <summary>A guest has ended.</summary>
    public void Ran(ModuleMetrics module, TimeSpan took, long memoryBytes)
    {
        if (_guests.Enabled || _memory.Enabled)
        {
            var label = new KeyValuePair<string, object?>("module", module.Module);
            _guests.Record(took.TotalSeconds, label);
            _memory.Record(memoryBytes, label);
        }
    }

    /// <summary>A module was loaded.</summary>
    public void Loaded(ModuleMetrics module, TimeSpan took) =>
        _loads.Record(took.TotalSeconds, new KeyValuePair<string, object?>("module", module.Module));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<double>> Measure(MetricFamily family) =>
        family.Read().Select(
            sample => new Measurement<double>(sample.Value, sample.Labels.Select(label => new KeyValuePair<string, object?>(label.Name, label.Value))));
}
