using System.Collections.Concurrent;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mik.AspNetCore.Configuration;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Execution;
using Mik.AspNetCore.Fields;
using Mik.AspNetCore.Outgoing;
using Mik.AspNetCore.Threads;
using Mik.Components.Linking;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Egress;
using Mik.Wasm.CodeCaching;

namespace Mik.AspNetCore.Components;

/// <summary>What the components of a program share: threads, deadlines, the code cache. Lives as long as the program.</summary>
internal sealed class WasiHttpHost : IDisposable
{
    private readonly ConcurrentDictionary<string, HostedComponent> _components = new(StringComparer.Ordinal);
    private readonly WasiHttpOptions _options;
    private readonly string _root;
    private readonly Linker _linker = HttpComponent.CreateLinker();
    private readonly Linker _middlewareLinker = HttpComponent.CreateMiddlewareLinker();
    private readonly GuestThreads _threads;
    private readonly GuestScheduler _scheduler;
    private readonly CodeCache? _cache;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _logs;
    private readonly GuestClients _clients;

    /// <summary>Nothing is loaded yet.</summary>
    public WasiHttpHost(
        IOptions<WasiHttpOptions> options, IHostEnvironment environment, IOptions<KestrelServerOptions> kestrel, GuestClients clients, ILoggerFactory logs)
    {
        _options = options.Value;
        _root = environment.ContentRootPath;
        _logs = logs;
        _clients = clients;
        _clock = TimeProvider.System;
        _threads = new GuestThreads(_options.MaxConcurrentGuests + System.Environment.ProcessorCount);
        _cache = _options.CodeCache is { } folder ? new CodeCache(Path.GetFullPath(folder, _root)) : null;

        // The pool's size is the program's choice: half of its threads at most are lent to guests.
        ThreadPool.GetMinThreads(out var workers, out _);
        _scheduler = new GuestScheduler(_threads, Math.Max(1, workers / 2));
        Guests = new GuestInvoker(_scheduler);
        Deadlines = new DeadlinePool(_clock, _threads.GetStopToken());
        Encoding = new FieldEncoding(kestrel.Value.RequestHeaderEncodingSelector, kestrel.Value.ResponseHeaderEncodingSelector);
        foreach (var type in _options.HostInterfaces)
        {
            _linker.AddInterface(type);
            _middlewareLinker.AddInterface(type);
        }

        foreach (var (name, component) in _options.Components)
        {
            _components[name] = Create(name, name, component);
        }
    }

    /// <summary>Runs guests.</summary>
    public GuestInvoker Guests { get; }

    /// <summary>Deadlines of requests.</summary>
    public DeadlinePool Deadlines { get; }

    /// <summary>How this server's header fields are bytes.</summary>
    public FieldEncoding Encoding { get; }

    /// <summary>All components, by name.</summary>
    public IEnumerable<HostedComponent> Components => _components.Values.OrderBy(component => component.Name, StringComparer.Ordinal);

    /// <summary>The component with a name of the configuration, or, when none has it, the one of a file.</summary>
    /// <param name="nameOrPath">The name, or the path.</param>
    /// <param name="isMiddleware">What it is used as.</param>
    /// <exception cref="InvalidOperationException">It is used as the other already.</exception>
    public HostedComponent Get(string nameOrPath, bool isMiddleware)
    {
        var component = _components.TryGetValue(nameOrPath, out var known)
            ? known
            : _components.GetOrAdd(nameOrPath, path => Create(path, Path.GetFileNameWithoutExtension(path), new WasiComponentOptions { Path = path }));
        component.UseAs(isMiddleware);
        return component;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var component in _components.Values)
        {
            component.Dispose();
        }

        _scheduler.Dispose();
        _threads.Dispose();
    }

    private HostedComponent Create(string key, string name, WasiComponentOptions options) => new(
        name, options, Path.GetFullPath(options.Path, _root), _options.ReloadOnChange, _clients.Create(key, EgressPolicy.Parse([.. options.AllowedHosts])),
        isMiddleware => isMiddleware ? _middlewareLinker : _linker, _threads, _cache, _clock, _logs.CreateLogger(WasiHttpDefaults.TelemetryName));
}
