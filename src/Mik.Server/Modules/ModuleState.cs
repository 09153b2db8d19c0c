using System.Runtime.ExceptionServices;
using Mik.AspNetCore.Threads;
using Mik.Server.Limits;
using Mik.Server.Observability;
using Mik.Server.Options;
using Mik.Server.Problems;

namespace Mik.Server.Modules;

/// <summary>
/// What changes about a module while the server runs: whether it is loaded, the permits of its requests, its circuit breaker. The first request
/// (or the start of the server) loads it, once, however many ask at the same time. When its file changes, it is loaded again beside the requests
/// and then swapped; if the new file is bad, the old module goes on.
/// </summary>
internal sealed class ModuleState : ICacheEntry
{
    private readonly Lock _gate = new();
    private readonly ModuleFactory _shared;
    private volatile ModuleModel? _model;
    private (ModuleLoad Load, Task<ModuleModel> Outcome)? _loading;
    private Exception? _verdict;
    private FileStamp _stamp;
    private Task _replacing = Task.CompletedTask;
    private long _checkedAt;
    private long _usedAt;
    private volatile bool _isRetired;

    /// <summary>A module that is not loaded yet.</summary>
    public ModuleState(ModuleConfig config, int maximumRequests, ModuleFactory shared)
    {
        Config = config;
        Permits = new Permits(maximumRequests);
        Streams = new Permits(maximumRequests);
        Breaker = new ModuleCircuit(shared.Clients, shared.Clock);
        Output = new ModuleOutput(shared.Clock, (bytes, limit) => Events.ModuleOutputLeftOut(shared.Log, bytes, limit >> 10, config.Name));
        _shared = shared;
    }

    /// <summary>Its name, as in <c>X-Mik-Handler</c>, and its file.</summary>
    public ModuleConfig Config { get; }

    /// <summary>The module's share of concurrent requests.</summary>
    public Permits Permits { get; }

    /// <summary>Places for requests whose bodies still come when they are admitted.</summary>
    public Permits Streams { get; }

    /// <summary>Keeps requests away while the module only fails, for all or for some clients.</summary>
    public ModuleCircuit Breaker { get; }

    /// <summary>The prepared answer to requests above <see cref="Permits"/>, once there was one.</summary>
    public Refusal? RateLimited { get; set; }

    /// <summary>The prepared answer while <see cref="Breaker"/> is open, once it was.</summary>
    public Refusal? CircuitOpen { get; set; }

    /// <summary>The prepared answer to a client for which alone it is open, once it was.</summary>
    public Refusal? CircuitOpenForClient { get; set; }

    /// <summary>How much of what its guests print is logged.</summary>
    public ModuleOutput Output { get; }

    /// <summary>How long its guests take.</summary>
    public RunTimeAverage Pace { get; } = new();

    /// <summary>The loaded module, or null.</summary>
    public ModuleModel? Model => _model;

    /// <inheritdoc/>
    public bool IsScript => false;

    /// <inheritdoc/>
    public long SizeBytes => _model?.KeptBytes ?? 0;

    /// <summary>When it was last asked for, in the clock's ticks.</summary>
    public long UsedAt => Volatile.Read(ref _usedAt);

    /// <summary>Whether its file turned out to be a component without a handler, which is there for others to be composed with.</summary>
    public bool IsLibrary { get; private set; }

    /// <summary>Whether who loads it now tells its user of the failure, so that the log need not.</summary>
    public bool IsReported { get; set; }

    /// <summary>Whether it is no longer served: its file has gone.</summary>
    public bool IsRetired => _isRetired;

    /// <summary>
    /// The loaded module; loads it first if need be. Whoever waits may stop waiting: the loading goes on for the others, and for those that come later while
    /// no other module needs its place.
    /// </summary>
    /// <exception cref="ModuleLoadException">The file is not a component that can be served. It is tried again only when the file has changed.</exception>
    public ValueTask<ModuleModel> GetModelAsync(CancellationToken cancellationToken)
    {
        var now = _shared.Clock.GetTimestamp();
        Volatile.Write(ref _usedAt, now);
        if (_model is null)
        {
            return new ValueTask<ModuleModel>(LoadedAsync(cancellationToken));
        }

        if (_shared.IsWatched)
        {
            CheckFile(now);
        }
        else if (IsTimeToLook(now, _shared.FollowTicks) && HasChanged())
        {
            return FollowFileAsync(cancellationToken);
        }

        return _model is { } model ? ValueTask.FromResult(model) : new ValueTask<ModuleModel>(LoadedAsync(cancellationToken));
    }

    /// <summary>Looks whether the file has changed, at most once a second.</summary>
    public void CheckFile() => CheckFile(_shared.Clock.GetTimestamp());

    /// <summary>Loads the file again if it has changed since it was loaded. The task ends when what is served is decided; it never fails.</summary>
    /// <param name="isQuiet">Whether it is known that nobody is writing the file; else it must have been left alone for a while.</param>
    public Task ReplaceIfChangedAsync(bool isQuiet = false)
    {
        lock (_gate)
        {
            if (_isRetired || !_replacing.IsCompleted || (_model is null && (_verdict is null || _loading is { Outcome.IsCompleted: false })))
            {
                return _replacing;
            }

            var stamp = FileStamp.Of(Config.Path);
            if (!stamp.Exists || stamp == _stamp || (!isQuiet && stamp.IsSettling(_shared.Clock.GetUtcNow(), _shared.Quiet)))
            {
                return _replacing;
            }

            return _replacing = ReplaceAsync(stamp);
        }
    }

    /// <summary>Lets the compiled module go, to make room. Requests in it finish; the next one loads it again.</summary>
    public void Evict()
    {
        ModuleModel? model;
        lock (_gate)
        {
            model = _model;
            _model = null;
        }

        model?.Release?.Invoke();
    }

    /// <summary>The file has gone: no request will come any more.</summary>
    public void Retire()
    {
        _isRetired = true;
        Breaker.Reset();
        ModuleLoad? loading;
        lock (_gate)
        {
            loading = _loading?.Load;
        }

        loading?.Stop();
        _shared.Cache.Forget(this);
        _shared.Retired(Config.Name);
        _model?.Release?.Invoke();
    }

    private void CheckFile(long now)
    {
        if (IsTimeToLook(now, _shared.CheckTicks))
        {
            _ = ReplaceIfChangedAsync();
        }
    }

    private bool IsTimeToLook(long now, long interval)
    {
        var checkedAt = Volatile.Read(ref _checkedAt);
        return now - checkedAt > interval && Interlocked.CompareExchange(ref _checkedAt, now, checkedAt) == checkedAt;
    }

    private bool HasChanged()
    {
        var stamp = FileStamp.Of(Config.Path);
        lock (_gate)
        {
            return stamp.Exists && stamp != _stamp;
        }
    }

    /// <summary>Nobody watches the file: the request that finds it changed waits for the new code, the others go on with the old.</summary>
    private async ValueTask<ModuleModel> FollowFileAsync(CancellationToken cancellationToken)
    {
        if (FileStamp.Of(Config.Path).IsSettling(_shared.Clock.GetUtcNow(), _shared.Quiet))
        {
            await Task.Delay(_shared.Quiet, cancellationToken);
        }

        await ReplaceIfChangedAsync().WaitAsync(cancellationToken);
        return _model ?? await LoadedAsync(cancellationToken);
    }

    private async Task<ModuleModel> LoadedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (load, outcome) = Loading();
            try
            {
                return await load.WaitAsync(outcome, cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // It ended without a verdict, as its file has gone or changed: that says nothing of the file that is there now.
            }
        }
    }

    /// <summary>The load under way; begins one when there is none.</summary>
    /// <exception cref="ModuleLoadException">It is known that the file cannot be served, or it is not there.</exception>
    private (ModuleLoad Load, Task<ModuleModel> Outcome) Loading()
    {
        (ModuleLoad Load, Task<ModuleModel> Outcome) loading;
        lock (_gate)
        {
            if (_loading is { Outcome.IsCompleted: false } underWay)
            {
                return underWay;
            }

            if (_model is { } model)
            {
                return (_loading?.Load ?? new ModuleLoad(Config, _stamp), Task.FromResult(model));
            }

            if (_isRetired)
            {
                throw ModuleLoadException.NotThere(Config);
            }

            var stamp = FileStamp.Of(Config.Path);
            if (_verdict is not null && stamp == _stamp)
            {
                ExceptionDispatchInfo.Throw(_verdict);
            }

            _verdict = null;
            _stamp = stamp;
            _checkedAt = _shared.Clock.GetTimestamp();
            var load = new ModuleLoad(Config, stamp);
            _loading = loading = (load, KeepAsync(load));
        }

        _shared.Start(loading.Load);
        return loading;
    }

    /// <summary>Takes what a load gives.</summary>
    private async Task<ModuleModel> KeepAsync(ModuleLoad load)
    {
        try
        {
            var model = await load.Task;
            _model = model;
            IsLibrary = false;
            _shared.Cache.Keep(this);
            model.WhenGrown?.Invoke(() => _shared.Cache.Grown(this));
            Events.ModuleLoaded(_shared.Log, Config.Name, model.LoadTime.TotalMilliseconds);
            return model;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Learn(exception);
            throw;
        }
    }

    private void Learn(Exception exception)
    {
        Remember(exception);
        IsLibrary |= exception is ModuleLoadException { IsLibrary: true };
        switch (exception)
        {
            case ModuleLoadException { IsMissing: true }:
            case ModuleLoadException when IsReported:
                break;
            case ModuleLoadException { IsLibrary: true }:
                Events.ModuleIsLibrary(_shared.Log, Config.Name, Config.Path, exception.Message);
                break;
            default:
                Events.ModuleNotLoaded(_shared.Log, Config.Name, Config.Path, exception.Message);
                break;
        }
    }

    /// <summary>Keeps what says something about the file, so that it is not tried again until that changes.</summary>
    private void Remember(Exception exception)
    {
        if (exception is ModuleLoadException { IsVerdict: true })
        {
            lock (_gate)
            {
                _verdict = exception;
            }
        }
    }

    private async Task ReplaceAsync(FileStamp stamp)
    {
        // Called with the gate taken: the rest is for another thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var load = new ModuleLoad(Config, stamp, isNeeded: true);
            _shared.Start(load);
            var model = await load.Task;
            ModuleModel? before;
            lock (_gate)
            {
                before = _model;
                _stamp = stamp;
                _verdict = null;
                _model = model;
            }

            IsLibrary = false;

            // New code has not failed yet.
            Breaker.Reset();
            _shared.Cache.Keep(this);
            model.WhenGrown?.Invoke(() => _shared.Cache.Grown(this));
            before?.Release?.Invoke();
            Events.ModuleReplaced(_shared.Log, Config.Name, model.LoadTime.TotalMilliseconds);
        }
        catch (OperationCanceledException)
        {
            // The file changed once more, or has gone: that is noticed when it is looked at again.
        }
        catch (Exception exception)
        {
            // Not tried again until the file changes again.
            bool isServed;
            lock (_gate)
            {
                _stamp = stamp;
                isServed = _model is not null;
            }

            Remember(exception);

            if (isServed)
            {
                Events.ModuleNotReplaced(_shared.Log, Config.Name, Config.Path, exception.Message);
            }
            else
            {
                Events.ModuleNotLoaded(_shared.Log, Config.Name, Config.Path, exception.Message);
            }
        }
    }
}
