using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Configuration.Keys;
using Mik.Configuration.Model;
using Mik.Server.Options;
using Mik.Wasi.Http.Egress;

namespace Mik.Cli.Running;

/// <summary>
/// The flags of <c>mik run</c> and what they mean together with the environment and mik.toml: flag, then environment, then mik.toml, then default.
/// </summary>
internal sealed class RunOptions
{
    private static readonly MikServerOptions Defaults = new() { Modules = [] };

    private readonly FetchedModules _fetched = new();
    private readonly bool _isDeveloping;
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description =
            "Component files (*.wasm), components of registries (oci://host/user/repo:version), or the folder of a project. Default: the project of "
                + "the current folder.",
    };

    private readonly Option<int?> _port = KeyOptions.Integer(KeyTable.Port, "PORT");
    private readonly Option<string?> _host = KeyOptions.Text(KeyTable.Host, "HOST");
    private readonly Option<double?> _timeout = KeyOptions.Number(KeyTable.ExecutionTimeout, "SECONDS");
    private readonly Option<double?> _memoryLimit = KeyOptions.Number(KeyTable.MemoryLimit, "MB");
    private readonly Option<double?> _bodyLimit = KeyOptions.Number(KeyTable.MaxBodySize, "MB");
    private readonly Option<int?> _requests = KeyOptions.Integer(KeyTable.MaxConcurrentRequests, "N");
    private readonly Option<int?> _moduleRequests = KeyOptions.Integer(
        KeyTable.MaxPerModuleRequests, "N", $"{KeyTable.MaxPerModuleRequests.Default} in a project, else no limit of its own");
    private readonly Option<int?> _reuse = KeyOptions.Integer(KeyTable.ReuseInstances, "N");
    private readonly Option<int?> _connections = KeyOptions.Integer(KeyTable.MaxConnections, "N", "what the limit of file descriptors allows");
    private readonly Option<double?> _shutdownDelay = KeyOptions.Number(KeyTable.ShutdownDelay, "SECONDS");
    private readonly Option<double?> _shutdown = KeyOptions.Number(KeyTable.ShutdownTimeout, "SECONDS");
    private readonly Option<int?> _requestLog = KeyOptions.Integer(KeyTable.LogMaxRequest, "KB");
    private readonly Option<int?> _moduleLog = KeyOptions.Integer(KeyTable.LogMaxModule, "KB");
    private readonly Option<string[]> _allowed = KeyOptions.Texts(KeyTable.HttpAllowed, "HOST");
    private readonly Option<string[]> _proxies = KeyOptions.Texts(KeyTable.TrustedProxies, "RANGE");
    private readonly Option<Uri?> _otlpEndpoint = KeyOptions.Url(KeyTable.OtlpEndpoint);
    private readonly Option<string[]> _environment =
        new("--env") { Description = "Variable that guests see; may be repeated [default: none]", HelpName = "NAME=VALUE" };
    private readonly Option<bool> _profile = new("--profile") { Description = "At the end, print where the time of requests went" };

    /// <summary>Adds the flags to the verb.</summary>
    public RunOptions(Command command, bool isDeveloping = false)
    {
        _isDeveloping = isDeveloping;
        _port.Aliases.Add("-p");
        _paths.Validators.Add(result =>
        {
            // A list of paths takes every word; one that looks like a flag is a slip.
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-') && !Path.Exists(token.Value)))
            {
                result.AddError($"there is no option '{token.Value}'");
            }
        });
        if (!isDeveloping)
        {
            command.Arguments.Add(_paths);
        }

        foreach (var option in new Option[] { _port, _host, _timeout, _memoryLimit, _bodyLimit, _requests, _moduleRequests, _reuse, _connections,
            _shutdownDelay, _shutdown, _requestLog, _moduleLog, _allowed, _proxies, _environment, _otlpEndpoint, _profile })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Fetches the components of registries that are to be served.</summary>
    /// <exception cref="CliException">One cannot be had.</exception>
    public Task FetchAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken) =>
        _fetched.FetchAsync(Paths(parsed), terminal, cancellationToken);

    /// <summary>What is to be served.</summary>
    /// <exception cref="CliException">Something cannot be.</exception>
    public RunTarget Target(ParseResult parsed, Terminal terminal) =>
        RunTarget.Find(Paths(parsed), parsed.GetValue(GlobalOptions.Config), terminal, _fetched, _isDeveloping);

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
            ModulesPath = server?.Modules,
            HasOnlyMiddlewareOfPath = !target.IsProject,
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
            Middleware = server?.Middleware ?? [],
            ReuseInstances = parsed.GetValue(_reuse) ?? server?.ReuseInstances ?? Defaults.ReuseInstances,
            ModuleOptions = target.ModuleSettings.ToDictionary(module => module.Key, module => Options(module.Value)),
            TrustedProxies = parsed.GetValue(_proxies) is { Length: > 0 } proxies ? Proxies(proxies) : server?.TrustedProxies ?? [],
            OtlpEndpoint = parsed.GetValue(_otlpEndpoint) ?? RunEnvironment.OtlpEndpoint ?? project?.OtlpEndpoint,
            TracingServiceName = project?.ServiceName ?? Defaults.TracingServiceName,
            TracingServiceVersion = project?.Version,
            Environment = Variables(project?.Environment ?? [], parsed.GetValue(_environment) ?? []),
        };
    }

    private static ModuleOptions Options(ModuleSection module) => new()
    {
        Middleware = module.Middleware,
        ReuseInstances = module.ReuseInstances,
        ReuseConcurrency = module.ReuseConcurrency,
    };

    // A verb without the argument cannot be asked for it.
    private string[] Paths(ParseResult parsed) => parsed.CommandResult.Command.Arguments.Contains(_paths) ? parsed.GetValue(_paths) ?? [] : [];

    private static string[] Hosts(string[] entries)
    {
        try
        {
            _ = EgressPolicy.Parse(entries);
            return entries;
        }
        catch (FormatException exception)
        {
            throw new CliException(
                ExitCode.Usage,
                new CliError("--http-allowed cannot be understood", exception.Message, "--http-allowed api.example.com") { Code = "invalid-option" });
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
            throw new CliException(
                ExitCode.Usage,
                new CliError("--trusted-proxies cannot be understood", exception.Message, "--trusted-proxies 10.0.0.0/8") { Code = "invalid-option" });
        }
    }

    private static TlsOptions? Tls(ServerSection? server) => server?.TlsCertificate is { } certificate
        ? new TlsOptions { CertificatePath = certificate, KeyPath = server.TlsKey, Password = RunEnvironment.TlsPassword }
        : null;

    // What a flag says need not be looked for elsewhere.
    private static IReadOnlyList<KeyValuePair<string, string>> Variables(IReadOnlyList<EnvironmentVariable> file, string[] flags)
    {
        var variables = new OrderedDictionary<string, EnvironmentVariable>(
            file.Select(variable => KeyValuePair.Create(variable.Name, variable)), StringComparer.Ordinal);
        foreach (var (name, value) in flags.Select(Variable))
        {
            variables[name] = new EnvironmentVariable(name, VariableSource.Text, value);
        }

        return GuestVariables.Of(variables.Values);
    }

    private static KeyValuePair<string, string> Variable(string text)
    {
        var equals = text.IndexOf('=');
        return equals > 0
            ? new(text[..equals], text[(equals + 1)..])
            : throw new CliException(
                ExitCode.Usage, new CliError($"--env {text}", "a variable is written NAME=VALUE", $"--env {text}=value") { Code = "invalid-option" });
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static long? Kilobytes(int? kilobytes) => (long?)kilobytes << 10;

    private static long? Megabytes(double? megabytes) => megabytes is { } value ? (long)(value * (1 << 20)) : null;

    private static string Unbracketed(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
}
