using Mik.Wasm.CodeCaching;

namespace Mik.Server.Options;

/// <summary>What a server serves, where, and within which limits. The defaults are the documented ones.</summary>
public sealed record MikServerOptions
{
    /// <summary>Modules that are named one by one, by different names. They are served beside those of <see cref="ModulesPath"/> and go before them.</summary>
    public IReadOnlyList<ModuleConfig> Modules { get; init; } = [];

    /// <summary>
    /// A folder whose <c>*.wasm</c> files are modules, or one such file (<c>server.modules</c>); null is none. It may be empty or missing, and files may come
    /// and go.
    /// </summary>
    public string? ModulesPath { get; init; }

    /// <summary>Whether of <see cref="ModulesPath"/> only the middlewares are served: those that stand before <see cref="Modules"/>.</summary>
    public bool HasOnlyMiddlewareOfPath { get; init; }

    /// <summary>
    /// A folder of <c>&lt;tenant&gt;/&lt;module&gt;.wasm</c>, served at <c>/tenant/&lt;tenant&gt;/&lt;module&gt;</c> (<c>server.user_modules</c>); null is
    /// none, and no such route.
    /// </summary>
    public string? UserModulesPath { get; init; }

    /// <summary>The folder of files at <c>/static/&lt;path&gt;</c> (<c>server.static</c>); null is none, and no such route.</summary>
    public string? StaticFolder { get; init; }

    /// <summary>The folder of scripts, each at <c>/script/&lt;name&gt;</c>; null is none (<c>server.scripts</c>).</summary>
    public string? ScriptsFolder { get; init; }

    /// <summary>
    /// Names of the modules that stand before every handler and script, outermost first (<c>server.middleware</c>). They are components of the world
    /// <c>wasi:http/middleware</c>, and are not served themselves.
    /// </summary>
    public IReadOnlyList<string> Middleware { get; init; } = [];

    /// <summary>
    /// How many requests may share an instance of a component of WASI 0.3, one after the other; 1 is a fresh one for each. Never of tenants' modules.
    /// </summary>
    public int ReuseInstances { get; init; } = 1;

    /// <summary>What holds for single modules in place of what holds for all, by name (<c>[modules.NAME]</c>).</summary>
    public IReadOnlyDictionary<string, ModuleOptions> ModuleOptions { get; init; } = new Dictionary<string, ModuleOptions>();

    /// <summary>Host name or address to listen on; <c>*</c> is every address.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 picks a free one.</summary>
    public int Port { get; init; } = 3000;

    /// <summary>The certificate for HTTPS; null is HTTP.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Deadline of a whole request: load, instantiate, run, stream.</summary>
    public TimeSpan ExecutionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the loading of one module may take (<c>server.load_timeout_secs</c>). It goes on when the requests that wait for it have reached their
    /// deadlines.
    /// </summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether the process gives memory back that it no longer needs, by running the collector when little is going on. It concerns the whole process, so it
    /// is off unless the server is all that the process does.
    /// </summary>
    public bool GivesMemoryBack { get; init; }

    /// <summary>What one request may use: memory, tables, and all that the server holds for it.</summary>
    public long MemoryLimitBytes { get; init; } = 128L << 20;

    /// <summary>Requests that may run at once.</summary>
    public int MaxConcurrentRequests { get; init; } = 1000;

    /// <summary>
    /// Connections of clients at once (<c>server.max_connections</c>); null is as many as the limit of file descriptors allows. More than that there are
    /// never.
    /// </summary>
    public int? MaxConnections { get; init; }

    /// <summary>Requests of one module that may run at once; null is no limit below the server's.</summary>
    public int? MaxPerModuleRequests { get; init; }

    /// <summary>Largest request body.</summary>
    public long MaxBodyBytes { get; init; } = 10L << 20;

    /// <summary>How long the server goes on as before when it is told to stop, but for saying so (<c>server.shutdown_delay_secs</c>).</summary>
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary>How long requests may take to finish when the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Compiled modules that are kept in memory (<c>server.cache_size</c>); those used longest ago go first.</summary>
    public int CacheSize { get; init; } = 100;

    /// <summary>Size of the binaries of the compiled modules that are kept in memory together, in bytes (<c>server.max_cache_mb</c>).</summary>
    public long MaxCacheBytes { get; init; } = 256L << 20;

    /// <summary>The largest file that is loaded as a module, in bytes. Larger ones are refused with 502.</summary>
    public long MaxModuleBytes { get; init; } = 64L << 20;

    /// <summary>
    /// The most functions that a module may define, all core modules of its component together. More are refused with 502: compiling them takes time and
    /// memory.
    /// </summary>
    public int MaxModuleFunctions { get; init; } = 200_000;

    /// <summary>Where the code of modules may be already, and is kept; null is nowhere.</summary>
    public CodeCache? CodeCache { get; init; }

    /// <summary>Whether the time in functions of the host is counted, for <c>MikServer.Profile</c>.</summary>
    public bool Profile { get; init; }

    /// <summary>
    /// Whether files are watched, so that a change is served at once (<c>MIK_HOT_RELOAD</c>). Without it, a changed module is noticed within a second.
    /// </summary>
    public bool HotReload { get; init; }

    /// <summary>Finds the nearest of some names, for errors that say what was meant; null is never.</summary>
    public Func<string, IEnumerable<string>, string?>? NearestName { get; init; }

    /// <summary>Whether who asks is who develops what is served: a 404 then says which name is near.</summary>
    public bool TellsNearestNames { get; init; }

    /// <summary>Where these options come from, to take changes of it with <see cref="HotReload"/>; null is nowhere.</summary>
    public OptionsSource? Source { get; init; }

    /// <summary>How long files must be quiet before a change is acted on (<c>server.watch_debounce_ms</c>).</summary>
    public TimeSpan WatchDebounce { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Hosts that guests may call; empty is none.</summary>
    public IReadOnlyList<string> HttpAllowed { get; init; } = [];

    /// <summary>
    /// Addresses, or ranges of them (<c>10.0.0.0/8</c>), of proxies whose <c>X-Forwarded-For</c> says who asks (<c>server.trusted_proxies</c>); empty is
    /// none.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>How much of what one request prints is logged, in bytes (<c>server.log_max_request_kb</c>).</summary>
    public long MaxRequestLogBytes { get; init; } = 256L << 10;

    /// <summary>How much of what the requests of one module or script print within a second is logged, in bytes (<c>server.log_max_module_kb</c>).</summary>
    public long MaxModuleLogBytes { get; init; } = 1L << 20;

    /// <summary>The environment that guests see.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary><see cref="Environment"/> as an object of JSON; nothing when it is empty.</summary>
    internal ReadOnlyMemory<byte> ScriptEnvironment => Environment.Count == 0
        ? default
        : System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string>(
                Environment.GroupBy(pair => pair.Key, StringComparer.Ordinal).Select(group => group.Last()), StringComparer.Ordinal));

    /// <summary>
    /// The OTLP collector that traces go to; null is no tracing. With port 4318 or a path it is HTTP with protobuf (<c>/v1/traces</c> is added),
    /// else gRPC.
    /// </summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>The <c>service.name</c> of exported traces.</summary>
    public string TracingServiceName { get; init; } = "mik";

    /// <summary>The <c>service.version</c> of exported traces: of what is served; null is the server's own.</summary>
    public string? TracingServiceVersion { get; init; }

    /// <summary>Names of all modules that are a middleware, for all or for one.</summary>
    internal IEnumerable<string> AllMiddleware => TablesByMiddleware.Keys;

    /// <summary>All middlewares, and of each the table of mik.toml that names it first.</summary>
    internal IReadOnlyDictionary<string, string> TablesByMiddleware
    {
        get
        {
            var tables = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var name in Middleware)
            {
                tables.TryAdd(name, "server");
            }

            foreach (var (module, options) in ModuleOptions)
            {
                foreach (var name in options.Middleware ?? [])
                {
                    tables.TryAdd(name, $"modules.{module}");
                }
            }

            return tables;
        }
    }

    /// <summary>How much of what guests and scripts print is logged.</summary>
    internal OutputLimits OutputLimits => new(MaxRequestLogBytes, MaxModuleLogBytes);

    /// <summary>The limit that holds for each module.</summary>
    internal int EffectiveMaxPerModuleRequests => Math.Min(MaxPerModuleRequests ?? MaxConcurrentRequests, MaxConcurrentRequests);
}
