using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Configuration;
using Mik.AspNetCore.Threads;
using Mik.Components.Linking;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Egress;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Components;

/// <summary>
/// A component of the program: loaded once, by the first who asks, and again when its file has changed. If the changed file is bad, the old one goes on.
/// </summary>
internal sealed class HostedComponent : IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly bool _isFollowed;
    private readonly Func<bool, Linker> _linker;
    private readonly GuestThreads _threads;
    private readonly CodeCache? _cache;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private volatile HttpComponent? _component;
    private Task<HttpComponent>? _loading;
    private ComponentFile? _file;
    private long _checkedAt;
    private bool? _isMiddleware;

    /// <summary>A component that is not loaded yet.</summary>
    public HostedComponent(
        string name, WasiComponentOptions options, string path, bool isFollowed, OutgoingHttp outgoing, Func<bool, Linker> linker, GuestThreads threads,
        CodeCache? cache, TimeProvider clock, ILogger log)
    {
        Name = name;
        Options = options;
        Limits = new ExecutionLimits { MemoryBytes = options.MemoryLimit };
        Environment = [.. options.Environment];
        Outgoing = outgoing;
        _path = path;
        _isFollowed = isFollowed;
        _linker = linker;
        _threads = threads;
        _cache = cache;
        _clock = clock;
        _log = log;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it may have.</summary>
    public WasiComponentOptions Options { get; }

    /// <summary>What one request may use.</summary>
    public ExecutionLimits Limits { get; }

    /// <summary>The environment that its guests see.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; }

    /// <summary>Outgoing calls of its guests.</summary>
    public OutgoingHttp Outgoing { get; }

    /// <summary>How long its guests take.</summary>
    public RunTimeAverage Pace { get; } = new();

    /// <summary>Says what it is, before it is loaded.</summary>
    /// <exception cref="InvalidOperationException">It is used as the other already.</exception>
    public void UseAs(bool isMiddleware)
    {
        if ((_isMiddleware ??= isMiddleware) != isMiddleware)
        {
            throw new InvalidOperationException($"The component '{Name}' cannot be both an endpoint and a middleware.");
        }
    }

    /// <summary>The loaded component; loads it first if need be. Who stops waiting does not stop the load.</summary>
    /// <exception cref="HttpComponentException">It cannot be served.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public ValueTask<HttpComponent> GetAsync(CancellationToken cancellationToken)
    {
        if (_component is { } component)
        {
            if (_isFollowed && IsTimeToCheck())
            {
                ReplaceIfChanged();
            }

            return ValueTask.FromResult(component);
        }

        return new ValueTask<HttpComponent>(Load().WaitAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _component?.Release();
        Outgoing.Dispose();
        _stop.Dispose();
    }

    /// <summary>The load under way; begins one when there is none, or when the file has changed since one failed.</summary>
    private Task<HttpComponent> Load()
    {
        lock (_gate)
        {
            var file = ComponentFile.Find(_path);
            if (_loading is null || (_loading.IsFaulted && file != _file))
            {
                _file = file;
                _loading = _threads.RunAsync(Read);
                _ = KeepAsync(_loading);
            }

            return _loading;
        }
    }

    private async Task KeepAsync(Task<HttpComponent> loading)
    {
        try
        {
            var component = await loading;
            var before = Interlocked.Exchange(ref _component, component);
            before?.Release();
            LogEvents.Loaded(_log, Name, _path);
        }
        catch (Exception exception)
        {
            if (_component is null)
            {
                LogEvents.NotLoaded(_log, Name, _path, exception.Message);
            }
            else
            {
                LogEvents.NotReplaced(_log, Name, _path, exception.Message);
            }
        }
    }

    private void ReplaceIfChanged()
    {
        lock (_gate)
        {
            if (_loading is { IsCompleted: false } || ComponentFile.Find(_path) is not { } file || file == _file || !file.IsSettled(_clock.GetUtcNow()))
            {
                return;
            }

            _file = file;
            _loading = _threads.RunAsync(Read);
            _ = KeepAsync(_loading);
        }
    }

    private bool IsTimeToCheck()
    {
        var checkedAt = Volatile.Read(ref _checkedAt);
        var now = _clock.GetTimestamp();
        return _clock.GetElapsedTime(checkedAt, now) >= CheckInterval && Interlocked.CompareExchange(ref _checkedAt, now, checkedAt) == checkedAt;
    }

    // Blocks; runs on a guest thread, whose stack is deep enough.
    private HttpComponent Read()
    {
        var bytes = File.ReadAllBytes(_path);
        return _isMiddleware == true
            ? HttpComponent.LoadMiddleware(bytes, Name, cache: _cache, cancellationToken: _stop.Token, linker: _linker(true))
            : HttpComponent.Load(bytes, Name, cache: _cache, cancellationToken: _stop.Token, linker: _linker(false));
    }
}
