using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Server.Limits;
using Mik.Server.Options;

namespace Mik.Server.Modules;

/// <summary>Makes <see cref="ModuleState"/>s, and has what they share: how files are loaded, the cache, the clock, the log.</summary>
internal sealed class ModuleFactory
{
    /// <summary>How often the file of a module in use is looked at, and the listing of a folder.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    // Often enough that nobody meets old code after a change, seldom enough that no request feels it.
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(10);

    private readonly LoadQueue _queue;
    private MikServerOptions _options;
    private FrozenSet<string> _middleware;

    /// <summary>A factory whose modules are loaded by a function that may block.</summary>
    public ModuleFactory(
        MikServerOptions options, Func<ModuleConfig, CancellationToken, ModuleModel> load, GuestThreads threads, TimeProvider clock, ILogger log,
        Action<string>? retired = null)
    {
        Retired = retired ?? (static _ => { });
        _options = options;
        _middleware = options.AllMiddleware.ToFrozenSet(StringComparer.Ordinal);
        _queue = new LoadQueue(Math.Max(2, Environment.ProcessorCount), load, threads, clock) { Limit = options.LoadTimeout };
        Cache = new ModuleCache(options, clock);
        Clock = clock;
        Log = log;
        CheckTicks = (long)(CheckInterval.TotalSeconds * clock.TimestampFrequency);
        FollowTicks = (long)(FollowInterval.TotalSeconds * clock.TimestampFrequency);
    }

    /// <summary>Where loaded modules are kept.</summary>
    public ModuleCache Cache { get; }

    /// <summary>Told the name of a module that is no longer served.</summary>
    public Action<string> Retired { get; }

    /// <summary>How many clients circuit breakers may keep.</summary>
    public ClientQuota Clients { get; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The log.</summary>
    public ILogger Log { get; }

    /// <summary><see cref="CheckInterval"/> in the clock's ticks.</summary>
    public long CheckTicks { get; }

    /// <summary>How often the file of a module in use is looked at when no watcher tells of changes, in the clock's ticks.</summary>
    public long FollowTicks { get; }

    /// <summary>Whether a watcher tells of changes.</summary>
    public bool IsWatched => _options.HotReload;

    /// <summary>How long a changed file must have been left alone before it replaces what is served.</summary>
    public TimeSpan Quiet => _options.WatchDebounce;

    /// <summary>Whether the modules folder has other modules than middlewares.</summary>
    public bool HasOnlyMiddleware => _options.HasOnlyMiddlewareOfPath;

    /// <summary>Whether a name is a middleware's.</summary>
    public bool IsMiddleware(string name) => _middleware.Contains(name);

    /// <summary>A module that is not loaded.</summary>
    public ModuleState Create(ModuleConfig config) => new(config, _options.EffectiveMaxPerModuleRequests, this);

    /// <summary>Starts a load when it is its turn.</summary>
    public void Start(ModuleLoad load) => _queue.Add(load);

    /// <summary>From now on other options hold.</summary>
    public void Apply(MikServerOptions options)
    {
        _options = options;
        _middleware = options.AllMiddleware.ToFrozenSet(StringComparer.Ordinal);
        _queue.Limit = options.LoadTimeout;
        Cache.Apply(options);
    }
}
