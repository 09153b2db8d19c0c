using Mik.AspNetCore.Threads;
using Mik.Server.Connections;
using Mik.Server.Modules;
using Mik.Server.Observability.Metrics;
using Mik.Server.Pipeline;

namespace Mik.Server.Hosting;

/// <summary>Metrics that are read from the server's parts when somebody asks.</summary>
internal static class ServerGauges
{
    /// <summary>The families of a server.</summary>
    public static IEnumerable<MetricFamily> Families(ModuleSet modules, AdmissionController admission, GuestThreads threads, ClientConnections connections) =>
    [
        new("mik_build_info", MetricType.Gauge, "Always 1; the label says which version runs.", () => [new([new("version", BuiltInHandler.Version)], 1)]),
        new("mik_draining", MetricType.Gauge, "1 while the server shuts down.", () => [new([], admission.IsLeaving ? 1 : 0)]),
        new("mik_handlers_active", MetricType.Gauge, "Requests that hold a permit, by module.", () => PerModule(modules, module => module.Permits.Taken)),
        new("mik_handlers_admitted_total", MetricType.Counter, "Requests that were given a permit.", () => [new([], admission.TotalRequests)]),
        new("mik_modules_known", MetricType.Gauge, "Modules that are served.", () => [new([], modules.Count)]),
        new("mik_module_cache_entries", MetricType.Gauge, "Compiled modules in memory.", () => [new([], modules.Cache.Count)]),
        new("mik_module_cache_bytes", MetricType.Gauge, "Size of the compiled modules in memory, by module.", () =>
            PerModule(modules, module => module.SizeBytes)),
        new(
            "mik_module_cache_evictions_total", MetricType.Counter, "Compiled modules and loaded scripts that went to make room for others.",
            () => [new([], modules.Cache.Evictions)]),
        new(
            "mik_circuit_state", MetricType.Gauge, "Circuit breaker by module: 0 closed, 1 half-open, 2 open.",
            () => PerModule(modules, module => (int)module.Breaker.State)),
        new(
            "mik_circuit_opened_total", MetricType.Counter, "How often the circuit breaker opened, by module.",
            () => PerModule(modules, module => module.Breaker.TimesOpened)),
        new(
            "mik_circuit_clients_refused", MetricType.Gauge, "Clients for which alone the circuit is open, by module.",
            () => PerModule(modules, module => module.Breaker.ClientsRefused)),
        new("mik_connections", MetricType.Gauge, "Connections of clients.", () => [new([], connections.Count)]),
        new("mik_connections_limit", MetricType.Gauge, "How many there may be.", () => [new([], connections.Maximum)]),
        new(
            "mik_connections_closed_idle_total", MetricType.Counter, "Idle connections that were closed to make room for others.",
            () => [new([], connections.ClosedIdle)]),
        new("mik_guest_threads", MetricType.Gauge, "Threads for guests, busy or idle.", () => [new([], threads.Count)]),
        new("mik_guests_in_line", MetricType.Gauge, "Guests that wait for others to have run.", () => [new([], threads.InLine)]),
    ];

    private static IEnumerable<Sample> PerModule(ModuleSet modules, Func<ModuleState, double> read) =>
        modules.All.Select(module => new Sample([new("module", module.Config.Name)], read(module)));
}
