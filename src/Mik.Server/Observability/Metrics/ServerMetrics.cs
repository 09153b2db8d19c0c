using System.Collections.Concurrent;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Observability.Metrics;

/// <summary>
/// All that a server counts. Requests are counted per kind of route and module, so that every label value is a word of ours or the name of
/// a module that exists; nothing comes from a URL. <c>/metrics</c> and the <see cref="System.Diagnostics.Metrics.Meter"/> named <c>mik</c> show the same
/// figures.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    private static readonly string[] RouteWords = Array.ConvertAll(Enum.GetValues<RouteKind>(), WordOf);

    private readonly ConcurrentDictionary<string, RouteMetrics>[] _routes =
        [.. RouteWords.Select(static _ => new ConcurrentDictionary<string, RouteMetrics>(StringComparer.Ordinal))];

    private readonly ConcurrentDictionary<string, ModuleMetrics> _modules = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ScriptMetrics> _scripts = new(StringComparer.Ordinal);
    private readonly List<MetricFamily> _families = [];
    private readonly Instruments _instruments = new();
    private int _active;

    /// <summary>Metrics without values.</summary>
    public ServerMetrics()
    {
        Add(RequestFamilies());
        Add(ModuleFamilies());
        Add(ScriptFamilies());
        Add(ProcessMetrics.Families());
    }

    /// <summary>Requests that found their module compiled.</summary>
    public long CacheHits => _modules.Values.Sum(module => module.CacheHits);

    /// <summary>Requests that had to wait for their module.</summary>
    public long CacheMisses => _modules.Values.Sum(module => module.CacheMisses);

    /// <summary>Adds metrics that are read from elsewhere.</summary>
    public void Add(IEnumerable<MetricFamily> families)
    {
        foreach (var family in families)
        {
            _families.Add(family);
            _instruments.Observe(family);
        }
    }

    /// <summary>The figures of a module. The name must be one of a module that exists.</summary>
    public ModuleMetrics OfModule(string name) =>
        _modules.TryGetValue(name, out var module) ? module : _modules.GetOrAdd(name, new ModuleMetrics(name, _instruments));

    /// <summary>The figures of a script. The name must be one of a script that exists.</summary>
    public ScriptMetrics OfScript(string name) =>
        _scripts.TryGetValue(name, out var script) ? script : _scripts.GetOrAdd(name, new ScriptMetrics(name));

    /// <summary>Drops the figures of a module that is no longer served, else modules that come and go would add up for ever.</summary>
    public void Forget(string name)
    {
        _modules.TryRemove(name, out _);
        foreach (var kind in (ReadOnlySpan<RouteKind>)[RouteKind.Module, RouteKind.Tenant, RouteKind.Call, RouteKind.Middleware])
        {
            _routes[(int)kind].TryRemove(name, out _);
        }
    }

    /// <summary>A request came in.</summary>
    public void RequestStarted() => Interlocked.Increment(ref _active);

    /// <summary>A request has ended, its response sent or cut.</summary>
    public void RequestEnded(RouteKind route, string? handler, int status, Problem? problem, TimeSpan elapsed)
    {
        Interlocked.Decrement(ref _active);
        Record(route, handler, problem?.StatusCode ?? status, problem?.Kind, elapsed);
    }

    /// <summary>A request was turned away as soon as it came.</summary>
    public void RequestRefused(RouteKind route, string? handler, in Problem problem, TimeSpan elapsed) =>
        Record(route, handler, problem.StatusCode, problem.Kind, elapsed);

    private void Record(RouteKind route, string? handler, int status, ProblemKind? problem, TimeSpan elapsed)
    {
        var name = handler ?? "";
        var routes = _routes[(int)route];
        var metrics = routes.TryGetValue(name, out var known) ? known : routes.GetOrAdd(name, new RouteMetrics(RouteWords[(int)route], name));
        metrics.Record(status, problem, elapsed);
        _instruments.RequestEnded(metrics, elapsed);
    }

    /// <summary>Where the time of the requests to each module went.</summary>
    public IReadOnlyList<ModuleProfile> Profile() => [.. Modules.Select(ProfileOf)];

    /// <summary>Everything in the text format of Prometheus.</summary>
    public string Expose() => PrometheusText.Write(_families);

    /// <inheritdoc/>
    public void Dispose() => _instruments.Dispose();

    private static string WordOf(RouteKind kind) => kind == RouteKind.Problem ? "none" : kind.ToString().ToLowerInvariant();

    private IEnumerable<MetricFamily> RequestFamilies() =>
    [
        new("mik_requests_total", MetricType.Counter, "Requests that ended, by kind of route, module and status.", () =>
            from route in Routes
            from status in route.Statuses()
            select new Sample([.. LabelsOf(route), new("status", status.Status)], status.Count)),
        new("mik_request_duration_seconds", MetricType.Histogram, "Time from a request's arrival to the end of its response.", () =>
            from route in Routes select new Sample(LabelsOf(route), 0, route.Duration)),
        new("mik_requests_active", MetricType.Gauge, "Requests in flight, on any route.", () => [new([], Volatile.Read(ref _active))]),
        new(
            "mik_rejections_total", MetricType.Counter, "Requests that were turned away without running a handler, by reason.",
            () => Problems(isRejection: true)),
        new(
            "mik_failures_total", MetricType.Counter, "Requests whose handler was asked and gave no whole response, by reason.",
            () => Problems(isRejection: false)),
    ];

    private IEnumerable<MetricFamily> ModuleFamilies() =>
    [
        new("mik_instances_live", MetricType.Gauge, "Instances that exist now.", () => PerModule(module => module.LiveInstances)),
        new("mik_instantiation_seconds", MetricType.Histogram, "Time to have an instance for a request.", () => PerModule(module => module.Instantiation)),
        new(
            "mik_instance_release_seconds_total", MetricType.Counter, "Time spent on freeing or resetting instances.",
            () => PerModule(module => module.ReleaseTime.TotalSeconds)),
        new(
            "mik_guest_seconds", MetricType.Histogram, "Time that guests ran, waits included, without the instance's making and release.",
            () => PerModule(module => module.Guest)),
        new("mik_guest_memory_bytes", MetricType.Histogram, "Linear memory of guests at their end.", () => PerModule(module => module.Memory)),
        new("mik_outgoing_refusals_total", MetricType.Counter, "Outgoing calls of guests that were refused, by reason.", () =>
            from module in Modules
            from refusal in module.OutgoingRefusals
            select new Sample([.. LabelsOf(module), new("reason", refusal.Reason)], refusal.Count)),
        new("mik_module_load_seconds", MetricType.Histogram, "Time to read, compile and link a module.", () => PerModule(module => module.Load)),
        new("mik_module_load_failures_total", MetricType.Counter, "Loads that failed.", () => PerModule(module => module.LoadFailures)),
        new("mik_module_cache_hits_total", MetricType.Counter, "Requests that found their module compiled.", () => PerModule(module => module.CacheHits)),
        new(
            "mik_module_cache_misses_total", MetricType.Counter, "Requests that had to wait for their module to be loaded.",
            () => PerModule(module => module.CacheMisses)),
    ];

    private IEnumerable<MetricFamily> ScriptFamilies() =>
    [
        new(
            "mik_script_heap_seconds", MetricType.Histogram, "Time to have a fresh heap for a script.",
            () => PerScript(script => new(LabelsOf(script), 0, script.Taking))),
        new(
            "mik_script_run_seconds", MetricType.Histogram, "Time that scripts ran, waits included, without the heap's making and reset.",
            () => PerScript(script => new(LabelsOf(script), 0, script.Running))),
        new("mik_script_outgoing_refusals_total", MetricType.Counter, "Calls of fetch in scripts that were refused, by reason.", () =>
            from script in _scripts.Values
            from refusal in script.OutgoingRefusals
            select new Sample([.. LabelsOf(script), new("reason", refusal.Reason)], refusal.Count)),
        new(
            "mik_script_heap_reset_seconds_total", MetricType.Counter, "Time spent on resetting heaps of scripts.",
            () => PerScript(script => new(LabelsOf(script), script.ReturningTime.TotalSeconds))),
    ];

    private IEnumerable<Sample> PerScript(Func<ScriptMetrics, Sample> read) =>
        _scripts.Values.OrderBy(script => script.Script, StringComparer.Ordinal).Select(read);

    private ModuleProfile ProfileOf(ModuleMetrics module)
    {
        var (runs, guest) = Total(module.Guest);
        var (loads, load) = Total(module.Load);
        var take = Total(module.Instantiation).Seconds;
        var whole = Routes.Where(
            route => route.Module == module.Module && route.Route != WordOf(RouteKind.Script)).Select(route => Total(route.Duration)).ToArray();
        var requests = whole.Sum(route => route.Count);
        var wholeSeconds = whole.Sum(route => route.Seconds);
        var reset = module.ReleaseTime.TotalSeconds;
        var host = module.HostTime.TotalSeconds;
        return new ModuleProfile(
            module.Module,
            requests,
            Each(load, loads),
            Each(take, runs),
            Each(guest - host, runs),
            Each(host, runs),
            Each(reset, runs),
            Each(wholeSeconds - take - guest - reset, requests),
            Each(wholeSeconds, requests));

        static (long Count, double Seconds) Total(Histogram histogram) => histogram.Read() is var (buckets, sum) ? (buckets[^1].Count, sum) : default;
        static double Each(double seconds, long count) => count == 0 ? 0 : seconds * 1_000_000 / count;
    }

    private IEnumerable<RouteMetrics> Routes =>
        _routes.SelectMany(routes => routes.Values).OrderBy(route => route.Route, StringComparer.Ordinal).ThenBy(route => route.Module, StringComparer.Ordinal);

    private IEnumerable<Sample> Problems(bool isRejection) =>
        from route in Routes
        from problem in route.Problems()
        where IsRejection(problem.Kind) == isRejection
        select new Sample([.. LabelsOf(route), new("reason", ProblemTable.Row(problem.Kind).Slug)], problem.Count);

    private IEnumerable<Sample> PerModule(Func<ModuleMetrics, double> read) => Modules.Select(module => new Sample(LabelsOf(module), read(module)));

    private IEnumerable<Sample> PerModule(Func<ModuleMetrics, Histogram> read) => Modules.Select(module => new Sample(LabelsOf(module), 0, read(module)));

    private IEnumerable<ModuleMetrics> Modules => _modules.Values.OrderBy(module => module.Module, StringComparer.Ordinal);

    private static Label[] LabelsOf(RouteMetrics route) =>
        route.Module.Length == 0 ? [new("route", route.Route)] : [new("route", route.Route), new("module", route.Module)];

    private static Label[] LabelsOf(ScriptMetrics script) => [new("script", script.Script)];

    private static Label[] LabelsOf(ModuleMetrics module) => [new("module", module.Module)];

    /// <summary>Whether no handler ran.</summary>
    private static bool IsRejection(ProblemKind kind) =>
        kind is not (ProblemKind.Timeout or ProblemKind.HandlerError or ProblemKind.ClientGone or ProblemKind.InternalError);
}
