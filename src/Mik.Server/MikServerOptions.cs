using Mik.Server.Modules;

namespace Mik.Server;

/// <summary>What a server serves, where, and within which limits. The defaults are the documented ones.</summary>
public sealed record MikServerOptions
{
    /// <summary>The modules, by different names.</summary>
    public required IReadOnlyList<ModuleConfig> Modules { get; init; }

    /// <summary>Host name or address to listen on; <c>*</c> is every address.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 picks a free one.</summary>
    public int Port { get; init; } = 3000;

    /// <summary>Deadline of a whole request: load, instantiate, run, stream.</summary>
    public TimeSpan ExecutionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Linear memory that one request may have.</summary>
    public long MemoryLimitBytes { get; init; } = 128L << 20;

    /// <summary>Requests that may run at once.</summary>
    public int MaxConcurrentRequests { get; init; } = 1000;

    /// <summary>Requests of one module that may run at once; null is no limit below the server's.</summary>
    public int? MaxPerModuleRequests { get; init; }

    /// <summary>Largest request body.</summary>
    public long MaxBodyBytes { get; init; } = 10L << 20;

    /// <summary>How long requests may take to finish when the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Hosts that guests may call; empty is none.</summary>
    public IReadOnlyList<string> HttpAllowed { get; init; } = [];

    /// <summary>The environment that guests see.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>
    /// The OTLP collector that traces go to; null is no tracing. With port 4318 or a path it is HTTP with protobuf (<c>/v1/traces</c> is added),
    /// else gRPC.
    /// </summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>The <c>service.name</c> of exported traces.</summary>
    public string TracingServiceName { get; init; } = "mik";

    /// <summary>The limit that holds for each module.</summary>
    internal int EffectiveMaxPerModuleRequests => Math.Min(MaxPerModuleRequests ?? MaxConcurrentRequests, MaxConcurrentRequests);
}
