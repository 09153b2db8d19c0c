using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Mik.Server.Admission;
using Mik.Server.Handlers;
using Mik.Server.Hosting;
using Mik.Server.Modules;
using Mik.Server.Observability.Metrics;
using Mik.Server.Observability.Tracing;
using Mik.Server.Routing;
using Mik.Server.Scripts;
using Mik.Server.StaticFiles;
using Mik.Server.Threads;
using Mik.Wasi.Http.Egress;

namespace Mik.Server;

/// <summary>Serves modules over HTTP: <see cref="LoadAsync(CancellationToken)"/> (optional: else each module loads at its first request), <see cref="StartAsync"/>, <see cref="StopAsync"/>.</summary>
public sealed class MikServer : IAsyncDisposable
{
    private readonly MikServerOptions _options;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly ModuleSet _modules;
    private readonly AdmissionDesk _admission;
    private readonly RequestPipeline _pipeline;
    private readonly ScriptSet? _scripts;
    private readonly StaticHandler? _files;
    private readonly OutgoingHttp _outgoingHttp;
    private readonly ServerMetrics _metrics = new();
    private readonly TraceExport? _traces;
    private KestrelServer? _kestrel;

    /// <summary>A server that has not started.</summary>
    /// <exception cref="FormatException">An entry of <see cref="MikServerOptions.HttpAllowed"/> cannot be understood.</exception>
    public MikServer(MikServerOptions options, ILoggerFactory logs)
        : this(options, logs, new ModuleLoader(options).Load, TimeProvider.System)
    {
    }

    /// <summary>A server whose modules come from elsewhere than files of components: for tests.</summary>
    internal MikServer(MikServerOptions options, ILoggerFactory logs, Func<ModuleConfig, ModuleModel> load, TimeProvider clock)
    {
        _options = options;
        _logs = logs;
        _clock = clock;
        _log = logs.CreateLogger("mik.server");
        _traces = TraceExport.Start(options, BuiltInHandler.Version, _log);
        _outgoingHttp = new OutgoingHttp(EgressPolicy.Parse(options.HttpAllowed));
        var threads = new GuestThreads(options.MaxConcurrentRequests + Environment.ProcessorCount);
        _modules = new ModuleSet(options, new ModuleFactory(options, _metrics.Counted(load), threads, clock, _log));
        _admission = new AdmissionDesk(options, _log);
        _metrics.Add(ServerGauges.Families(_modules, _admission, threads));
        var door = new ModuleDoor(_admission, new ComponentHandler(options, threads, _outgoingHttp, clock, _metrics, logs.CreateLogger("mik.guest")));
        var scriptLog = logs.CreateLogger("mik.script");
        _scripts = options.ScriptsFolder is { } folder ? new ScriptSet(folder, options, threads, scriptLog) : null;
        _files = options.StaticFolder is { } root ? new StaticHandler(root, _admission) : null;
        _pipeline = new RequestPipeline(
            new RouteTable(_modules, _scripts, hasFiles: _files is not null),
            door,
            new ScriptHandler(options, _admission, new HandlerCalls(options, _modules, door, _metrics, scriptLog), threads, clock, scriptLog),
            _files,
            new BuiltInHandler(_modules, _admission, _metrics),
            _metrics,
            logs.CreateLogger("mik.request"));
    }

    /// <summary>The addresses that the server listens on, once started: <c>http://127.0.0.1:3000</c>.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _kestrel?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    /// <summary>The modules that are served at <c>/run/&lt;name&gt;/</c> now.</summary>
    public IReadOnlyList<ModuleConfig> Modules => [.. _modules.OfPlatform.Select(module => module.Config)];

    /// <summary>Names of the scripts that are served now.</summary>
    public IReadOnlyList<string> Scripts => _scripts?.Names ?? [];

    /// <summary>
    /// Loads, side by side, all scripts, the modules that were named one by one, and as many of the modules folder as are kept in memory.
    /// Reports every script and every named module that cannot be served; of the folder's the log has it, since they may be replaced while
    /// the server runs.
    /// </summary>
    public async Task<IReadOnlyList<ModuleLoadException>> LoadAsync(CancellationToken cancellationToken)
    {
        var scripts = _scripts?.LoadAsync(cancellationToken) ?? Task.FromResult<IReadOnlyList<ModuleLoadException>>([]);
        var named = _modules.Named.ToHashSet();
        var first = named.Concat(_modules.OfPlatform.Where(module => !named.Contains(module)).Take(Math.Max(0, _options.CacheSize - named.Count)));
        var failures = await Task.WhenAll(first.Select(module => LoadAsync(module, cancellationToken)));
        return [.. failures.OfType<ModuleLoadException>().Where(failure => named.Any(module => module.Config == failure.Module)), .. await scripts];
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ListenException">The address cannot be had.</exception>
    /// <exception cref="CertificateException">The certificate for HTTPS cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var endpoints = await ListenAddresses.ResolveAsync(_options.Host, _options.Port, cancellationToken);
            var certificate = _options.Tls is { } tls ? new ServerCertificate(tls, _clock, _log) : null;
            _kestrel = KestrelFactory.Create(endpoints, certificate, _logs);
            await _kestrel.StartAsync(new RequestApplication(_pipeline), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new ListenException(WhyNotListening(exception), exception);
        }
    }

    /// <summary>
    /// Drains: stops accepting, tells clients to close, waits for the requests in flight up to the shutdown timeout, then cuts them.
    /// True when all of them finished.
    /// </summary>
    public async Task<bool> StopAsync()
    {
        Drain();
        if (_kestrel is null)
        {
            return true;
        }

        using var limit = new CancellationTokenSource(_options.ShutdownTimeout);
        await _kestrel.StopAsync(limit.Token);
        await (_traces?.FlushAsync() ?? Task.CompletedTask);
        return !limit.IsCancellationRequested;
    }

    /// <summary>From now on requests are refused; those in flight go on. The first step of <see cref="StopAsync"/>.</summary>
    internal void Drain() => _admission.Drain();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _kestrel?.Dispose();
        _outgoingHttp.Dispose();
        _metrics.Dispose();
        _scripts?.Dispose();
        _files?.Dispose();
        _traces?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<ModuleLoadException?> LoadAsync(ModuleState module, CancellationToken cancellationToken)
    {
        try
        {
            await module.GetModelAsync(cancellationToken);
            return null;
        }
        catch (ModuleLoadException exception)
        {
            return exception;
        }
    }

    private string WhyNotListening(Exception exception)
    {
        var where = $"{_options.Host}:{_options.Port}";
        var socket = exception as SocketException ?? exception.InnerException as SocketException ?? exception.InnerException?.InnerException as SocketException;
        return (exception.InnerException, socket?.SocketErrorCode) switch
        {
            (AddressInUseException, _) or (_, SocketError.AddressAlreadyInUse) => $"port {_options.Port} of {_options.Host} is in use by another program",
            (_, SocketError.AccessDenied) => $"this user may not listen on port {_options.Port}; ports below 1024 are reserved on many systems",
            (_, SocketError.AddressNotAvailable) => $"{_options.Host} is not an address of this machine",
            (_, SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData) => $"the host name '{_options.Host}' does not resolve",
            _ => $"cannot listen on {where}: {exception.Message}",
        };
    }
}
