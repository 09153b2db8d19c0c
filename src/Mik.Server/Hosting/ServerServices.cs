using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Server.Connections;
using Mik.Server.Modules;
using Mik.Server.Observability.Metrics;
using Mik.Server.Pipeline;

namespace Mik.Server.Hosting;

/// <summary>What lasts as long as the server, whatever its options become: modules with their state, permits, threads, figures.</summary>
internal sealed record ServerServices(
    ModuleSet Modules,
    AdmissionController Admission,
    LoadShedder LoadShedder,
    ClientConnections Connections,
    GuestThreads Threads,
    GuestScheduler Scheduler,
    ServerMetrics Metrics,
    BuiltInHandler BuiltIns,
    TimeProvider Clock,
    ILoggerFactory Logs);
