using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Configuration.Model;
using Mik.Server.Options;
using Mik.Wasi.Http.Egress;

namespace Mik.Cli.Commands;

/// <summary>The flags of <c>mik run</c> and what they mean together with the environment and mik.toml: flag, then environment, then mik.toml, then default.</summary>
internal sealed class RunOptions
{
    private static readonly MikServerOptions Defaults = new() { Modules = [] };

    private readonly FetchedModules _fetched = new();
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Component files (*.wasm), components of registries (oci://host/user/repo:version), or the folder of a project. Default: the project of the current folder.",
    };

    private readonly Option<int?> _port = Count("--port", "PORT", 0, 65535, "Port to listen on; 0 takes a free one. Environment: PORT. [default: 3000]");
    private readonly Option<string?> _host = new("--host") { Description = "Address or host name to listen on; * is every address. Environment: HOST. [default: 127.0.0.1]", HelpName = "HOST" };
    private readonly Option<double?> _timeout = Positive("--timeout", "SECONDS", "Deadline of a whole request in seconds [default: 30]");
    private readonly Option<double?> _memoryLimit = Positive("--memory-limit", "MB", "What one request may use in MB: memory and all that is held for it [default: 128]");
    private readonly Option<double?> _bodyLimit = Positive("--max-body-size", "MB", "Largest request body in MB [default: 10]");
    private readonly Option<int?> _requests = Count("--max-concurrent-requests", "N", 1, 100_000, "Requests at once; more get 503 [default: 1000]");
    private readonly Option<int?> _moduleRequests = Count("--max-per-module-requests", "N", 1, 100_000, "Requests at once for one module; more get 429 [default: 10 in a project, else no limit of its own]");
    private readonly Option<int?> _connections = Count("--max-connections", "N", 1, 1_000_000, "Connections at once; more get 503 [default: what the limit of file descriptors allows]");
    private readonly Option<double?> _shutdownDelay = Positive("--shutdown-delay", "SECONDS", "How long to go on at shutdown, with readiness at 503, before new connections are refused [default: 0]");
    private readonly Option<double?> _shutdown = Positive("--shutdown-timeout", "SECONDS", "How long requests may take to finish at shutdown [default: 30]");

    private readonly Option<int?> _requestLog = Count("--log-max-request", "KB", 1, 1_000_000, "How much of what one request prints is logged, in KB [default: 256]");
    private readonly Option<int?> _moduleLog = Count("--log-max-module", "KB", 1, 1_000_000, "The same for all requests of one module or script within a second [default: 1024]");

    private readonly Option<string[]> _allowed = new("--http-allowed")
    {
        Description = "Host that guests may call: *, a host, *.domain, with :port or scheme:// to narrow it; may be repeated [default: none]",
        HelpName = "HOST",
    };

    private readonly Option<string[]> _proxies = new("--trusted-proxies")
    {
        Description = "Proxy whose X-Forwarded-For says who asks: an address, or a range such as 10.0.0.0/8; may be repeated [default: none]",
        HelpName = "RANGE",
    };

    private readonly Option<string[]> _environment = new("--env") { Description = "Variable that guests see; may be repeated [default: none]", HelpName = "NAME=VALUE" };

    private readonly Option<bool> _profile = new("--profile") { Description = "At the end, print where the time of requests went" };

    private readonly Option<Uri?> _otlpEndpoint = new("--otlp-endpoint")
    {
        Description = "OTLP collector that traces go to; port 4318 or a path is HTTP, else gRPC [default: none]",
        HelpName = "URL",
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : Refuse<Uri?>(result, "--otlp-endpoint must be an http or https URL"),
    };

    /// <summary>Adds the flags to the verb.</summary>
    public RunOptions(Command command, bool withPaths = true)
    {
        _port.Aliases.Add("-p");
        _paths.Validators.Add(result =>
        {
            // A list of paths takes every word; one that looks like a flag is a slip.
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-') && !Path.Exists(token.Value)))
            {
                result.AddError($"there is no option '{token.Value}'");
            }
        });
        if (withPaths)
        {
            command.Arguments.Add(_paths);
        }

        foreach (var option in new Option[] { _port, _host, _timeout, _memoryLimit, _bodyLimit, _requests, _moduleRequests, _shutdown, _requestLog, _moduleLog, _allowed, _proxies, _environment, _otlpEndpoint, _profile })
        {
            command.Options.Add(option);
        }

        command.Options.Add(_connections);
        command.Options.Add(_shutdownDelay);
    }

    /// <summary>Fetches the components of registries that are to be served.</summary>
    /// <exception cref="CliException">One cannot be had.</exception>
    public Task FetchAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken) => _fetched.FetchAsync(Paths(parsed), terminal, cancellationToken);

    /// <summary>What is to be served.</summary>
    /// <exception cref="CliException">Something cannot be.</exception>
    public RunTarget Target(ParseResult parsed, Terminal terminal) =>
        RunTarget.Find(Paths(parsed), parsed.GetValue(GlobalOptions.Config), terminal, _fetched);

    /// <summary>The server's options: flag, then environment, then mik.toml, then default.</summary>
    /// <exception cref="CliException">A variable cannot be used.</exception>
    public MikServerOptions Read(ParseResult parsed, RunTarget target)
    {
        var project = target.Project;
        var server = project?.Server;
        var folders = target.IsProject ? server : null;
        return new MikServerOptions
        {
            Modules = target.Modules,
            ModulesPath = folders?.Modules,
            UserModulesPath = folders?.UserModules,
            ScriptsFolder = folders?.Scripts,
            StaticFolder = folders?.Static,
            Port = parsed.GetValue(_port) ?? RunEnvironment.Port ?? server?.Port ?? Defaults.Port,
            Host = Unbracketed(parsed.GetValue(_host) ?? RunEnvironment.Host ?? server?.Host ?? Defaults.Host),
            Tls = Tls(server),
            LoadTimeout = server?.LoadTimeout ?? Defaults.LoadTimeout,
            ExecutionTimeout = Seconds(parsed.GetValue(_timeout)) ?? server?.ExecutionTimeout ?? Defaults.ExecutionTimeout,
            GivesMemoryBack = true,
            MemoryLimitBytes = Megabytes(parsed.GetValue(_memoryLimit)) ?? server?.MemoryLimitBytes ?? Defaults.MemoryLimitBytes,
            MaxBodyBytes = Megabytes(parsed.GetValue(_bodyLimit)) ?? server?.MaxBodyBytes ?? Defaults.MaxBodyBytes,
            MaxConcurrentRequests = parsed.GetValue(_requests) ?? server?.MaxConcurrentRequests ?? Defaults.MaxConcurrentRequests,
            MaxPerModuleRequests = parsed.GetValue(_moduleRequests) ?? server?.MaxPerModuleRequests,
            MaxConnections = parsed.GetValue(_connections) ?? server?.MaxConnections,
            ShutdownDelay = Seconds(parsed.GetValue(_shutdownDelay)) ?? server?.ShutdownDelay ?? Defaults.ShutdownDelay,
            ShutdownTimeout = Seconds(parsed.GetValue(_shutdown)) ?? server?.ShutdownTimeout ?? Defaults.ShutdownTimeout,
            MaxRequestLogBytes = Kilobytes(parsed.GetValue(_requestLog)) ?? server?.LogMaxRequestBytes ?? Defaults.MaxRequestLogBytes,
            MaxModuleLogBytes = Kilobytes(parsed.GetValue(_moduleLog)) ?? server?.LogMaxModuleBytes ?? Defaults.MaxModuleLogBytes,
            CacheSize = server?.CacheSize ?? Defaults.CacheSize,
            MaxCacheBytes = server?.MaxCacheBytes ?? Defaults.MaxCacheBytes,
            CodeCache = GuestCode.Open(),
            Profile = parsed.GetValue(_profile),
            HotReload = RunEnvironment.HotReload ?? Defaults.HotReload,
            WatchDebounce = server?.WatchDebounce ?? Defaults.WatchDebounce,
            HttpAllowed = parsed.GetValue(_allowed) is { Length: > 0 } hosts ? Hosts(hosts) : server?.HttpAllowed ?? [],
            TrustedProxies = parsed.GetValue(_proxies) is { Length: > 0 } proxies ? Proxies(proxies) : server?.TrustedProxies ?? [],
            OtlpEndpoint = parsed.GetValue(_otlpEndpoint) ?? project?.OtlpEndpoint,
            TracingServiceName = project?.ServiceName ?? Defaults.TracingServiceName,
            TracingServiceVersion = project?.Version,
            Environment = Variables(project?.Environment ?? [], parsed.GetValue(_environment) ?? []),
        };
    }

    // A verb without the argument cannot be asked for it.
    private string[] Paths(ParseResult parsed) => parsed.CommandResult.Command.Arguments.Contains(_paths) ? parsed.GetValue(_paths) ?? [] : [];

    private static Option<double?> Positive(string name, string unit, string description) => new(name)
    {
        Description = description,
        HelpName = unit,

        // The upper bound keeps every unit below what timers and 64-bit sizes hold.
        CustomParser = result => double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1_000_000
            ? number
            : Refuse<double?>(result, $"{name} must be a number above 0, at most 1000000"),
    };

    private static Option<int?> Count(string name, string unit, int minimum, int maximum, string description) => new(name)
    {
        Description = description,
        HelpName = unit,
        CustomParser = result => int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : Refuse<int?>(result, string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from {minimum} to {maximum}")),
    };

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError($"{message}, not '{result.Tokens[0].Value}'");
        return default;
    }

    private static string[] Hosts(string[] entries)
    {
        try
        {
            _ = EgressPolicy.Parse(entries);
            return entries;
        }
        catch (FormatException exception)
        {
            throw new CliException(ExitCode.Usage, new CliError("--http-allowed cannot be understood", exception.Message, "--http-allowed api.example.com"));
        }
    }

    private static string[] Proxies(string[] ranges)
    {
        try
        {
            _ = ProxyRanges.Parse(ranges);
            return ranges;
        }
        catch (FormatException exception)
        {
            throw new CliException(ExitCode.Usage, new CliError("--trusted-proxies cannot be understood", exception.Message, "--trusted-proxies 10.0.0.0/8"));
        }
    }

    private static TlsOptions? Tls(ServerSection? server) => server?.TlsCertificate is { } certificate
        ? new TlsOptions { CertificatePath = certificate, KeyPath = server.TlsKey, Password = RunEnvironment.TlsPassword }
        : null;

    private static IReadOnlyList<KeyValuePair<string, string>> Variables(IReadOnlyList<KeyValuePair<string, string>> file, string[] flags)
    {
        var variables = new OrderedDictionary<string, string>(file, StringComparer.Ordinal);
        foreach (var (name, value) in flags.Select(Variable))
        {
            variables[name] = value;
        }

        return [.. variables];
    }

    private static KeyValuePair<string, string> Variable(string text)
    {
        var equals = text.IndexOf('=');
        return equals > 0
            ? new(text[..equals], text[(equals + 1)..])
            : throw new CliException(ExitCode.Usage, new CliError($"--env {text}", "a variable is written NAME=VALUE", $"--env {text}=value"));
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static long? Kilobytes(int? kilobytes) => (long?)kilobytes << 10;

    private static long? Megabytes(double? megabytes) => megabytes is { } value ? (long)(value * (1 << 20)) : null;

    private static string Unbracketed(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
}
