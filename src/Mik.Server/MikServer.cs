using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Server.Connections;
using Mik.Server.Hosting;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
using Mik.Server.Pipeline;
using Mik.Server.Watching;

namespace Mik.Server;

/// <summary>
/// Serves modules over HTTP: <see cref="LoadAsync(CancellationToken)"/> (optional: else each module loads at its first request), <see cref="StartAsync"/>,
/// <see cref="StopAsync"/>.
/// </summary>
public sealed class MikServer : IAsyncDisposable
{
    // Longer than any request of the old options may take.
    private static readonly TimeSpan RetirementSlack = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly ServerServices _services;
    private readonly ILogger _log;
    private readonly TraceExport? _traces;
    private readonly MemoryTrimmer? _trimmer;
    private readonly RequestApplication _application;
    private readonly CancellationTokenSource _disposal = new();
    private readonly CancellationToken _disposed;
    private volatile PipelineSnapshot _snapshot;
    private readonly Task<(IServiceProvider Services, IConnectionListenerFactory Sockets)> _kestrelServices;
    private readonly Task _codeFolder;
    private KestrelServer? _kestrel;
    private LimitedTransport? _transport;
    private HotReload? _hotReload;
    private Task<bool>? _stopping;

    /// <summary>A server that has not started.</summary>
    /// <exception cref="FormatException">An entry of <see cref="MikServerOptions.HttpAllowed"/> or <see cref="MikServerOptions.TrustedProxies"/> cannot be
    /// understood.</exception>
    public MikServer(MikServerOptions options, ILoggerFactory logs)
        : this(options, logs, new ModuleLoader(options).Load, TimeProvider.System)
    {
    }

    /// <summary>A server whose modules come from elsewhere than files of components: for tests.</summary>
    internal MikServer(MikServerOptions options, ILoggerFactory logs, Func<ModuleConfig, CancellationToken, ModuleModel> load, TimeProvider clock)
    {
        _disposed = _disposal.Token;
        _kestrelServices = Task.Run(() => KestrelFactory.CreateServices(logs), _disposed);
        _log = logs.CreateLogger("mik.server");
        _codeFolder = Task.Run(() => CheckCodeFolder(options), _disposed);
        _traces = TraceExport.Start(options, options.TracingServiceVersion ?? BuiltInHandler.Version, _log);
        var metrics = new ServerMetrics();
        var threads = new GuestThreads(ThreadsFor(options));
        var modules = new ModuleSet(options, new ModuleFactory(options, CountedLoads.Of(load, metrics), threads, clock, _log, metrics.Forget));
        var admission = new AdmissionController(options, _log);
        var connections = new ClientConnections(options.MaxConnections, clock);
        metrics.Add(ServerGauges.Families(modules, admission, threads, connections));
        _trimmer = options.GivesMemoryBack ? new MemoryTrimmer(clock, () => admission.ActiveRequests) : null;
        var refusals = new LoadShedder(admission, metrics, clock, logs.CreateLogger("mik.request"));
        _services = new ServerServices(
            modules, admission, refusals, connections, threads, new GuestScheduler(threads, ThreadPoolRoom.Places), metrics,
            new BuiltInHandler(modules, admission, metrics), clock, logs);
        _snapshot = new PipelineSnapshot(options, _services);
        _application = new RequestApplication(_snapshot.Pipeline);
    }

    /// <summary>How long an idle client of HTTP/1.1 has to hear that the server stops.</summary>
    internal TimeSpan LastWord { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The addresses that the server listens on, once started: <c>http://127.0.0.1:3000</c>.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _kestrel?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    /// <summary>The modules that are served at <c>/run/&lt;name&gt;/</c> now, without those that turned out to have no handler.</summary>
    public IReadOnlyList<ModuleConfig> Modules =>
        [.. _services.Modules.OfPlatform.Where(module => !module.IsLibrary && !module.Config.IsMiddleware).Select(module => module.Config)];

    /// <summary>Modules that have settings for shared instances (<c>reuse_instances</c>) and were loaded, and of which no requests can share one.</summary>
    public IReadOnlyList<ModuleConfig> NeverShared => _snapshot.Options.ModuleOptions.Count == 0 ? [] :
    [
        .. from named in _snapshot.Options.ModuleOptions
           where named.Value.ReuseInstances > 1 || (named.Value.ReuseConcurrency > 1 && _snapshot.Options.ReuseInstances > 1)
           let module = _services.Modules.TryFind(named.Key, out var found) ? found : null
           where module is { Model.MayBeShared: false }
           select module.Config,
    ];

    /// <summary>Names of the scripts that are served now.</summary>
    public IReadOnlyList<string> Scripts => _snapshot.Scripts?.Names ?? [];

    /// <summary>
    /// Loads, side by side, all scripts, the modules that were named one by one, and as many of the modules folder as are kept in memory.
    /// Reports every script, every named module and every middleware that cannot be served; of the folder's the log has it, since they may be replaced while
    /// the server runs.
    /// </summary>
    public async Task<IReadOnlyList<ModuleLoadException>> LoadAsync(CancellationToken cancellationToken)
    {
        var modules = _services.Modules;
        var named = modules.Named.Concat(modules.Middleware).ToHashSet();
        foreach (var module in named)
        {
            module.IsReported = true;
        }

        try
        {
            return await LoadAsync(named, cancellationToken);
        }
        finally
        {
            foreach (var module in named)
            {
                module.IsReported = false;
            }
        }
    }

    private async Task<IReadOnlyList<ModuleLoadException>> LoadAsync(HashSet<ModuleState> named, CancellationToken cancellationToken)
    {
        var scripts = _snapshot.Scripts?.LoadAsync(cancellationToken) ?? Task.CompletedTask;
        var modules = _services.Modules;
        var first = named.Concat(modules.OfPlatform.Where(module => !named.Contains(module)).Take(Math.Max(0, _snapshot.Options.CacheSize - named.Count)));
        var failures = await Task.WhenAll(first.Select(module => LoadAsync(module, cancellationToken)));
        await scripts;
        return [.. MissingMiddleware(_snapshot.Options),
            .. failures.OfType<ModuleLoadException>().Where(failure => named.Any(module => module.Config == failure.Module))];
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ListenException">The address cannot be had.</exception>
    /// <exception cref="CertificateException">The certificate for HTTPS cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = _snapshot.Options;
        ThreadPoolRoom.Make();
        try
        {
            var endpoints = await ListenAddresses.ResolveAsync(options.Host, options.Port, cancellationToken);
            var certificate = options.Tls is { } tls ? new ServerCertificate(tls, _services.Clock, _log) : null;
            var (services, sockets) = await _kestrelServices;
            await _codeFolder;
            _transport = new LimitedTransport(
                sockets, _services.Connections, isEncrypted: certificate is not null, _services.LoadShedder,
                _services.Logs.CreateLogger("mik.request"));
            _kestrel = KestrelFactory.Create(endpoints, services, _transport, certificate, _services.LoadShedder, _services.Logs);
            await _kestrel.StartAsync(_application, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new ListenException(ListenAddresses.WhyNot(exception, options.Host, options.Port), exception);
        }

        if (options.HotReload)
        {
            _hotReload = new HotReload(options, _services.Modules, ApplyAsync, () => LoadAsync([], _disposed), _log);
        }
    }

    /// <summary>
    /// Makes other options hold for all requests from now on, without losing one: those in flight end under the old ones. Modules that stay keep
    /// what they have. Where the server listens, its certificate and where traces go are changed by a restart only.
    /// </summary>
    /// <exception cref="FormatException">An entry of <see cref="MikServerOptions.HttpAllowed"/> or <see cref="MikServerOptions.TrustedProxies"/> cannot be
    /// understood, or there is no such middleware; nothing has changed.</exception>
    public async Task ApplyAsync(MikServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (MissingMiddleware(options).FirstOrDefault() is { } missing)
        {
            throw new FormatException($"{missing.Message}: {missing.Remedy}");
        }

        var next = new PipelineSnapshot(options, _services);
        await (next.Scripts?.LoadAsync(_disposed) ?? Task.CompletedTask);
        PipelineSnapshot before;
        lock (_gate)
        {
            before = _snapshot;
            _services.Modules.Apply(options);
            _services.Admission.Apply(options);
            _services.Connections.Apply(options.MaxConnections);
            _services.Threads.Maximum = ThreadsFor(options);
            _snapshot = next;
            _application.Switch(next.Pipeline);
        }

        WarnOfRestart(before.Options, options);
        _ = RetireAsync(before);
    }

    /// <summary>
    /// Leaves: readiness is 503 and each answer tells its client to go elsewhere. After the shutdown delay no connection is accepted any more; those
    /// that are idle have a moment to ask once more and be told. Then drains: waits for the requests in flight up to the shutdown timeout, and cuts
    /// them. True when all of them finished. Whoever asks again waits for the same end.
    /// </summary>
    public Task<bool> StopAsync()
    {
        lock (_gate)
        {
            return _stopping ??= StopOnceAsync();
        }
    }

    /// <summary>
    /// Where the time of the requests so far went, by module. Functions of the host are told apart from guests with <see cref="MikServerOptions.Profile"/>
    /// only.
    /// </summary>
    public IReadOnlyList<ModuleProfile> Profile() => _services.Metrics.Profile();

    /// <summary>From now on requests are refused; those in flight go on. The first step of <see cref="StopAsync"/>.</summary>
    internal void Drain() => _services.Admission.Drain();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _hotReload?.Dispose();
        _kestrel?.Dispose();
        await _disposal.CancelAsync();
        _snapshot.Dispose();
        _trimmer?.Dispose();
        _services.LoadShedder.Dispose();
        _services.Metrics.Dispose();
        _services.Scheduler.Dispose();
        _services.Threads.Dispose();
        _traces?.Dispose();
        _disposal.Dispose();
    }

    private async Task<bool> StopOnceAsync()
    {
        _hotReload?.Dispose();
        _services.Admission.Leave();
        _services.Connections.Leave();
        if (_kestrel is null || _transport is null)
        {
            Drain();
            return true;
        }

        var options = _snapshot.Options;
        await PassAsync(options.ShutdownDelay);
        await _transport.StopAcceptingAsync();
        using var limit = new CancellationTokenSource(options.ShutdownTimeout);
        await _services.Connections.WaitForIdleAsync(LastWord, limit.Token);
        Drain();
        _services.Connections.CutIdle(LastWord);

        // What is cut is told first that it is the server that ends.
        using var cut = new CancellationTokenSource();
        await using var cutting = limit.Token.UnsafeRegister(_ =>
        {
            _services.Threads.Stop();
            cut.Cancel();
        }, null);
        await _kestrel.StopAsync(cut.Token);
        await WaitForLogAsync(limit.Token);
        _services.LoadShedder.Sum();
        await (_traces?.FlushAsync() ?? Task.CompletedTask);
        return !limit.IsCancellationRequested;
    }

    /// <summary>Gives the requests that were cut a moment to say so.</summary>
    private async Task WaitForLogAsync(CancellationToken cut)
    {
        for (var startedAt = Stopwatch.GetTimestamp(); cut.IsCancellationRequested && _services.Admission.ActiveRequests > 0
            && Stopwatch.GetElapsedTime(startedAt) < LastWord;)
        {
            await Task.Delay(Glance, _disposed);
        }
    }

    private async Task PassAsync(TimeSpan time)
    {
        for (var startedAt = _services.Clock.GetTimestamp(); _services.Clock.GetElapsedTime(startedAt) < time;)
        {
            await Task.Delay(Glance, _disposed);
        }
    }

    private void CheckCodeFolder(MikServerOptions options)
    {
        if (options.CodeCache?.Objection is { } objection)
        {
            Events.CodeFolderNotTrusted(_log, objection);
        }
    }

    private static int ThreadsFor(MikServerOptions options) => options.MaxConcurrentRequests + Environment.ProcessorCount;

    private IEnumerable<ModuleLoadException> MissingMiddleware(MikServerOptions options)
    {
        foreach (var (name, table) in options.TablesByMiddleware)
        {
            if (!_services.Modules.TryFind(name, out _))
            {
                var nearest = options.NearestName?.Invoke(name, _services.Modules.OfPlatform.Select(known => known.Config.Name));
                yield return new ModuleLoadException(
                    new ModuleConfig(name, name), $"'middleware' in [{table}] names '{name}', and there is no such module",
                    nearest is null ? "name a file of the modules folder, without .wasm" : $"did you mean '{nearest}'?")
                { IsVerdict = false, Code = "not-middleware" };
            }
        }
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

    /// <summary>Frees what served before, once no request can be in it.</summary>
    private async Task RetireAsync(PipelineSnapshot before)
    {
        await Task.Delay(before.Options.ExecutionTimeout + RetirementSlack, _disposed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        before.Dispose();
    }

    private void WarnOfRestart(MikServerOptions before, MikServerOptions after)
    {
        (string Name, bool HasChanged)[] settings =
        [
            ("port", before.Port != after.Port),
            ("host", before.Host != after.Host),
            ("tls_certificate, tls_key", before.Tls != after.Tls),
            ("otlp_endpoint", before.OtlpEndpoint != after.OtlpEndpoint),
            ("service_name", before.TracingServiceName != after.TracingServiceName),
            ("project.version", before.TracingServiceVersion != after.TracingServiceVersion && after.OtlpEndpoint is not null),
        ];
        if (settings.Any(setting => setting.HasChanged))
        {
            Events.NeedsRestart(_log, string.Join(", ", settings.Where(setting => setting.HasChanged).Select(setting => setting.Name)));
        }
    }
}
