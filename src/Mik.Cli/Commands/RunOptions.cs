using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mik.Cli.Output;
using Mik.Server;
using Mik.Wasi.Http.Egress;

namespace Mik.Cli.Commands;

/// <summary>The flags of <c>mik run</c> and what they mean together with the environment: flag, then environment, then default.</summary>
internal sealed class RunOptions
{
    private static readonly MikServerOptions Defaults = new() { Modules = [] };

    private readonly Argument<string[]> _paths = new("PATH")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Component files (*.wasm), or folders with a mik.toml, whose modules/ is served. Default: the current folder.",
    };

    private readonly Option<int?> _port = Count("--port", "PORT", 0, 65535, "Port to listen on; 0 takes a free one. Environment: PORT. [default: 3000]");
    private readonly Option<string?> _host = new("--host") { Description = "Address or host name to listen on; * is every address. Environment: HOST. [default: 127.0.0.1]", HelpName = "HOST" };
    private readonly Option<double?> _timeout = Positive("--timeout", "SECONDS", "Deadline of a whole request in seconds [default: 30]");
    private readonly Option<double?> _memoryLimit = Positive("--memory-limit", "MB", "Linear memory of one request in MB [default: 128]");
    private readonly Option<double?> _bodyLimit = Positive("--max-body-size", "MB", "Largest request body in MB [default: 10]");
    private readonly Option<int?> _requests = Count("--max-concurrent-requests", "N", 1, 100_000, "Requests at once; more get 503 [default: 1000]");
    private readonly Option<int?> _moduleRequests = Count("--max-per-module-requests", "N", 1, 100_000, "Requests at once for one module; more get 429 [default: no limit of its own]");
    private readonly Option<double?> _shutdown = Positive("--shutdown-timeout", "SECONDS", "How long requests may take to finish at shutdown [default: 30]");

    private readonly Option<string[]> _allowed = new("--http-allowed")
    {
        Description = "Host that guests may call: *, a host, *.domain, with :port or scheme:// to narrow it; may be repeated [default: none]",
        HelpName = "HOST",
    };

    private readonly Option<string[]> _environment = new("--env") { Description = "Variable that guests see; may be repeated [default: none]", HelpName = "NAME=VALUE" };

    private readonly Option<Uri?> _otlpEndpoint = new("--otlp-endpoint")
    {
        Description = "OTLP collector that traces go to; port 4318 or a path is HTTP, else gRPC [default: none]",
        HelpName = "URL",
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : Refuse<Uri?>(result, "--otlp-endpoint must be an http or https URL"),
    };

    /// <summary>Adds the flags to the verb.</summary>
    public RunOptions(Command command)
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
        command.Arguments.Add(_paths);
        foreach (var option in new Option[] { _port, _host, _timeout, _memoryLimit, _bodyLimit, _requests, _moduleRequests, _shutdown, _allowed, _environment, _otlpEndpoint })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The server's options.</summary>
    /// <exception cref="CliException">A path or a variable cannot be used.</exception>
    public MikServerOptions Read(ParseResult parsed) => new()
    {
        Modules = ComponentPaths.Expand(parsed.GetValue(_paths) ?? []),
        Port = parsed.GetValue(_port) ?? PortFromEnvironment() ?? Defaults.Port,
        Host = Unbracketed(parsed.GetValue(_host) ?? NonEmpty(Environment.GetEnvironmentVariable("HOST")) ?? Defaults.Host),
        ExecutionTimeout = Seconds(parsed.GetValue(_timeout)) ?? Defaults.ExecutionTimeout,
        MemoryLimitBytes = Megabytes(parsed.GetValue(_memoryLimit)) ?? Defaults.MemoryLimitBytes,
        MaxBodyBytes = Megabytes(parsed.GetValue(_bodyLimit)) ?? Defaults.MaxBodyBytes,
        MaxConcurrentRequests = parsed.GetValue(_requests) ?? Defaults.MaxConcurrentRequests,
        MaxPerModuleRequests = parsed.GetValue(_moduleRequests),
        ShutdownTimeout = Seconds(parsed.GetValue(_shutdown)) ?? Defaults.ShutdownTimeout,
        HttpAllowed = Hosts(parsed.GetValue(_allowed) ?? []),
        OtlpEndpoint = parsed.GetValue(_otlpEndpoint),
        Environment = [.. (parsed.GetValue(_environment) ?? []).Select(Variable)],
    };

    /// <summary>The project among what is served, or null.</summary>
    public string? ProjectFolder(ParseResult parsed) => ComponentPaths.ProjectFolder(parsed.GetValue(_paths) ?? []);

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

    private static int? PortFromEnvironment()
    {
        if (NonEmpty(Environment.GetEnvironmentVariable("PORT")) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new CliException(ExitCode.Usage, new CliError($"the environment variable PORT is '{text}'", "it must be a number from 0 to 65535", "unset it, or use --port"));
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

    private static KeyValuePair<string, string> Variable(string text)
    {
        var equals = text.IndexOf('=');
        return equals > 0
            ? new(text[..equals], text[(equals + 1)..])
            : throw new CliException(ExitCode.Usage, new CliError($"--env {text}", "a variable is written NAME=VALUE", $"--env {text}=value"));
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static long? Megabytes(double? megabytes) => megabytes is { } value ? (long)(value * (1 << 20)) : null;

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Unbracketed(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
}
