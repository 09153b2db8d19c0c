using System.Collections.Frozen;

namespace Mik.Configuration.Keys;

/// <summary>
/// All keys of mik.toml that have a name of their own. The reader, the model, the JSON Schema and the reference page read this table.
/// <c>[dependencies]</c> and <c>[env]</c>, whose keys users choose, stand beside it in <see cref="Sections"/>.
/// </summary>
internal static class KeyTable
{
    /// <summary>The section of packages.</summary>
    public const string Dependencies = "dependencies";

    /// <summary>The section whose tables, one for each module, have the keys of its rows.</summary>
    public const string ModuleTables = "modules";

    /// <summary>The section of the guests' environment.</summary>
    public const string Environment = "env";

    /// <summary>The sections, in the order of the reference page, and what they are for.</summary>
    public static readonly IReadOnlyList<(string Name, string Description)> Sections =
    [
        ("project", "What the project is."),
        ("server", "What `mik run` serves, where, and within which limits."),
        (ModuleTables, "What holds for one module in place of `[server]`: a table `[modules.NAME]` for each."),
        ("composition", "How `mik build -c` composes."),
        (Dependencies, "Components from registries, git repositories and paths."),
        ("tracing", "Where traces go."),
        (Environment, "The environment that guests see. Nothing of the host's own environment leaks but what a row with `from` takes."),
        ("build", "How `mik build` builds, where it cannot see that by itself."),
    ];

    /// <summary><c>project.name</c></summary>
    public static readonly ConfigurationKey ProjectName = new("project", "name", KeyKind.Text, "Name of the project, and of the component that it builds.")
    {
        IsRequired = true,
        Rule = TextRules.Name,
    };

    /// <summary><c>project.version</c></summary>
    public static readonly ConfigurationKey ProjectVersion = new(
        "project", "version", KeyKind.Text, "Its version, by Semantic Versioning 2.")
    { Default = "0.1.0", Rule = TextRules.Version };

    /// <summary><c>project.description</c></summary>
    public static readonly ConfigurationKey ProjectDescription = new("project", "description", KeyKind.Text, "One line about it.");

    /// <summary><c>server.port</c></summary>
    public static readonly ConfigurationKey Port = Integer(
        "port", 3000, 0, 65535, "Port to listen on; 0 takes a free one and prints it.") with
    { Variable = "PORT", Flag = "--port" };

    /// <summary><c>server.host</c></summary>
    public static readonly ConfigurationKey Host = new("server", "host", KeyKind.Text, "Address or host name to listen on; `*` is every address.")
    {
        Default = "127.0.0.1",
        Rule = TextRules.NotEmpty,
        Variable = "HOST",
        Flag = "--host",
    };

    /// <summary><c>server.modules</c></summary>
    public static readonly ConfigurationKey Modules = Path(
        "modules", "Folder of the `*.wasm` files that are served at `/run/<name>/`, or one such file.") with
    { Default = "modules/" };

    /// <summary><c>server.user_modules</c></summary>
    public static readonly ConfigurationKey UserModules = Path("user_modules", "Folder of `<tenant>/<module>.wasm`; turns on `/tenant/<tenant>/<module>/`.");

    /// <summary><c>server.scripts</c></summary>
    public static readonly ConfigurationKey Scripts = Path("scripts", "Folder of JavaScript and TypeScript files; turns on `/script/<name>`.");

    /// <summary><c>server.static</c></summary>
    public static readonly ConfigurationKey Static = Path("static", "Folder of files; turns on `/static/<path>`.");

    /// <summary><c>server.cache_size</c></summary>
    public static readonly ConfigurationKey CacheSize = Integer(
        "cache_size", 100, 1, 100_000, "Most compiled modules that are kept in memory, and most loaded scripts.");

    /// <summary><c>server.max_cache_mb</c></summary>
    public static readonly ConfigurationKey MaxCacheMegabytes = Integer(
        "max_cache_mb", 256, 1, 1_000_000,
        "Size of modules (their files, and what their instances begin with) and loaded scripts (all that they keep) together, in MB; those used longest ago go first.");

    /// <summary><c>server.execution_timeout_secs</c></summary>
    public static readonly ConfigurationKey ExecutionTimeout = new(
        "server", "execution_timeout_secs", KeyKind.Number, "Deadline of a whole request in seconds: load, instantiate, run, stream.")
    {
        Default = 30.0,
        Minimum = 0,
        IsMinimumExclusive = true,
        Maximum = 1_000_000,
        Flag = "--timeout",
    };

    /// <summary><c>server.load_timeout_secs</c></summary>
    public static readonly ConfigurationKey LoadTimeout = new(
        "server", "load_timeout_secs", KeyKind.Number,
        "How long loading one module or script may take in seconds. It goes on when the requests that wait for it have reached their deadlines, and "
            + "what takes longer is refused until its file changes.")
    {
        Default = 60.0,
        Minimum = 0,
        IsMinimumExclusive = true,
        Maximum = 1_000_000,
    };

    /// <summary><c>server.memory_limit_mb</c></summary>
    public static readonly ConfigurationKey MemoryLimit = Integer(
        "memory_limit_mb", 128, 1, 65_536,
        "What one request may use, in MB: one sum over memory, tables and all that the server holds for its guest or script.") with
    { Flag = "--memory-limit" };

    /// <summary><c>server.max_concurrent_requests</c></summary>
    public static readonly ConfigurationKey MaxConcurrentRequests = Integer(
        "max_concurrent_requests", 1000, 1, 100_000, "Requests that may run at once; more get 503 at once.") with
    { Flag = "--max-concurrent-requests" };

    /// <summary><c>server.max_connections</c></summary>
    public static readonly ConfigurationKey MaxConnections = new(
        "server", "max_connections", KeyKind.Integer,
        "Connections of clients at once; without it, and at most, as many as the limit of file descriptors allows. Those above it get 503, or the "
            + "place of one that is idle.")
    {
        Minimum = 1,
        Maximum = 1_000_000,
        Flag = "--max-connections",
    };

    /// <summary><c>server.max_per_module_requests</c></summary>
    public static readonly ConfigurationKey MaxPerModuleRequests = Integer(
        "max_per_module_requests", 10, 1, 100_000,
        "Requests of one module that may run at once; more get 429 at once.") with
    { Flag = "--max-per-module-requests" };

    /// <summary><c>server.max_body_size_mb</c></summary>
    public static readonly ConfigurationKey MaxBodySize = Integer(
        "max_body_size_mb", 10, 1, 1_000_000, "Largest request body in MB; more gets 413.") with
    { Flag = "--max-body-size" };

    /// <summary><c>server.shutdown_delay_secs</c></summary>
    public static readonly ConfigurationKey ShutdownDelay = new(
        "server", "shutdown_delay_secs", KeyKind.Number,
        "How long the server goes on when it is told to stop, with `/health/ready` at 503 and `Connection: close` on every answer, before it stops "
            + "accepting: time for a balancer to see it.")
    {
        Default = 0.0,
        Minimum = 0,
        Maximum = 1_000_000,
        Flag = "--shutdown-delay",
    };

    /// <summary><c>server.shutdown_timeout_secs</c></summary>
    public static readonly ConfigurationKey ShutdownTimeout = Integer(
        "shutdown_timeout_secs", 30, 0, 1_000_000,
        "How long requests may take to finish when the server stops, in seconds.") with
    { Flag = "--shutdown-timeout" };

    /// <summary><c>server.log_max_size_mb</c></summary>
    public static readonly ConfigurationKey LogMaxSize = Integer("log_max_size_mb", 10, 1, 10_000, "Size at which the log file is rotated, in MB.");

    /// <summary><c>server.log_max_files</c></summary>
    public static readonly ConfigurationKey LogMaxFiles = Integer("log_max_files", 5, 1, 1_000, "Log files that are kept.");

    /// <summary><c>server.log_max_request_kb</c></summary>
    public static readonly ConfigurationKey LogMaxRequest = Integer(
        "log_max_request_kb", 256, 1, 1_000_000,
        "How much of what one request prints is logged, in KB; a line counts 256 bytes more than it has. The rest is left out, and one line says how "
            + "much.") with
    { Flag = "--log-max-request" };

    /// <summary><c>server.log_max_module_kb</c></summary>
    public static readonly ConfigurationKey LogMaxModule = Integer(
        "log_max_module_kb", 1024, 1, 1_000_000, "The same for all requests of one module or script within a second.") with
    { Flag = "--log-max-module" };

    /// <summary><c>server.watch_debounce_ms</c></summary>
    public static readonly ConfigurationKey WatchDebounce = Integer(
        "watch_debounce_ms", 300, 0, 60_000, "How long files must be quiet before a change is acted on, in milliseconds.");

    /// <summary><c>server.http_allowed</c></summary>
    public static readonly ConfigurationKey HttpAllowed = new(
        "server",
        "http_allowed",
        KeyKind.TextArray,
        "Hosts that guests may call: `*`, a host, `*.domain`; an address or a range such as `10.0.0.0/8`; `scheme://` and `:port` narrow an entry. `*` "
            + "reaches public addresses only.")
    {
        Default = Array.Empty<string>(),
        Flag = "--http-allowed",
    };

    /// <summary><c>server.middleware</c></summary>
    public static readonly ConfigurationKey Middleware = new(
        "server",
        "middleware",
        KeyKind.TextArray,
        "Modules of the world `wasi:http/middleware` that stand before every handler and script, outermost first. They are no routes themselves.")
    {
        Default = Array.Empty<string>(),
        Rule = TextRules.NotEmpty,
    };

    /// <summary><c>modules.NAME.middleware</c></summary>
    public static readonly ConfigurationKey ModuleMiddleware = new(
        ModuleTables,
        "middleware",
        KeyKind.TextArray,
        "The list for this module, in place of `server.middleware`. A script's `host.call` runs what of it the script's own request has not passed.")
    {
        Rule = TextRules.NotEmpty,
    };

    /// <summary><c>server.reuse_instances</c></summary>
    public static readonly ConfigurationKey ReuseInstances = Integer(
        "reuse_instances", 1, 1, 1_000_000,
        "Requests that may share one instance of a component of WASI 0.3, one after the other; what one leaves in the guest's memory, the next one finds. "
            + "1 is a fresh instance for each. Never for tenants' modules, nor for middlewares without a key of their own.") with
    { Flag = "--reuse-instances" };

    /// <summary><c>modules.NAME.reuse_instances</c></summary>
    public static readonly ConfigurationKey ModuleReuseInstances = new(
        ModuleTables, "reuse_instances", KeyKind.Integer, "The same for this module, in place of `server.reuse_instances`.")
    { Minimum = 1, Maximum = 1_000_000 };

    /// <summary><c>modules.NAME.reuse_concurrency</c></summary>
    public static readonly ConfigurationKey ModuleReuseConcurrency = new(
        ModuleTables, "reuse_concurrency", KeyKind.Integer,
        "How many of the requests that share an instance may be in it at once: while one waits, another runs. Without it, one.")
    { Minimum = 1, Maximum = 1000 };

    /// <summary><c>server.trusted_proxies</c></summary>
    public static readonly ConfigurationKey TrustedProxies = new(
        "server",
        "trusted_proxies",
        KeyKind.TextArray,
        "Proxies in front of the server, whose `X-Forwarded-For` says who asks: addresses, or ranges such as `10.0.0.0/8`.")
    {
        Default = Array.Empty<string>(),
        Rule = TextRules.AddressRange,
        Flag = "--trusted-proxies",
    };

    /// <summary><c>server.tls_certificate</c></summary>
    public static readonly ConfigurationKey TlsCertificate = Path(
        "tls_certificate", "Certificate for HTTPS: a PEM file, or PKCS#12 (`.pfx`, `.p12`). Its password, if it has one, is read from `MIK_TLS_PASSWORD`.");

    /// <summary><c>server.tls_key</c></summary>
    public static readonly ConfigurationKey TlsKey = Path("tls_key", "PEM file with the certificate's private key, when it is not in the certificate's file.");

    /// <summary><c>composition.http_handler</c></summary>
    public static readonly ConfigurationKey HttpHandler = new(
        "composition", "http_handler", KeyKind.Boolean, "Whether `mik build -c` composes the component with the HTTP bridge.")
    { Default = false };

    /// <summary><c>composition.bridge</c></summary>
    public static readonly ConfigurationKey Bridge = new(
        "composition", "bridge", KeyKind.Text, "The bridge: an OCI reference, or a path to a file.")
    {
        Default =
            "ghcr.io/dufeutech/mik-sdk-bridge:latest",
        Rule = TextRules.NotEmpty
    };

    /// <summary><c>tracing.service_name</c></summary>
    public static readonly ConfigurationKey ServiceName = new(
        "tracing", "service_name", KeyKind.Text, "The `service.name` of traces; without it the project's name.")
    { Rule = TextRules.NotEmpty };

    /// <summary><c>tracing.otlp_endpoint</c></summary>
    public static readonly ConfigurationKey OtlpEndpoint = new(
        "tracing", "otlp_endpoint", KeyKind.Text, "OTLP collector that traces go to; turns tracing on. Port 4318 or a path is HTTP, else gRPC.")
    {
        Rule = TextRules.HttpUrl,
        Variable = "OTEL_EXPORTER_OTLP_ENDPOINT",
        Flag = "--otlp-endpoint",
    };

    /// <summary><c>build.command</c></summary>
    public static readonly ConfigurationKey BuildCommand = new(
        "build", "command", KeyKind.Text, "Command line that builds the component, run in the project's folder.")
    { Rule = TextRules.NotEmpty };

    /// <summary><c>build.output</c></summary>
    public static readonly ConfigurationKey BuildOutput = new(
        "build", "output", KeyKind.Path, "The component that the command writes.")
    { Rule = TextRules.NotEmpty };

    /// <summary>All rows, in the order of the reference page.</summary>
    public static readonly IReadOnlyList<ConfigurationKey> Keys =
    [
        ProjectName, ProjectVersion, ProjectDescription,
        Port, Host, Modules, UserModules, Scripts, Static,
        MaxConnections, ShutdownDelay,
        CacheSize, MaxCacheMegabytes,
        ExecutionTimeout, LoadTimeout, MemoryLimit, MaxConcurrentRequests, MaxPerModuleRequests, MaxBodySize, ShutdownTimeout,
        LogMaxSize, LogMaxFiles, LogMaxRequest, LogMaxModule, WatchDebounce, HttpAllowed, Middleware, ReuseInstances, TrustedProxies, TlsCertificate, TlsKey,
        ModuleMiddleware, ModuleReuseInstances, ModuleReuseConcurrency,
        HttpHandler, Bridge,
        ServiceName, OtlpEndpoint,
        BuildCommand, BuildOutput,
    ];

    private static readonly FrozenDictionary<(string, string), ConfigurationKey> ByName = Keys.ToFrozenDictionary(key => (key.Section, key.Name));

    /// <summary>Finds a row.</summary>
    public static ConfigurationKey? Find(string section, string name) => ByName.GetValueOrDefault((section, name));

    /// <summary>The rows of a section.</summary>
    public static IEnumerable<ConfigurationKey> In(string section) => Keys.Where(key => key.Section == section);

    private static ConfigurationKey Integer(string name, long @default, double minimum, double maximum, string description) =>
        new("server", name, KeyKind.Integer, description) { Default = @default, Minimum = minimum, Maximum = maximum };

    private static ConfigurationKey Path(string name, string description) => new("server", name, KeyKind.Path, description) { Rule = TextRules.NotEmpty };
}
