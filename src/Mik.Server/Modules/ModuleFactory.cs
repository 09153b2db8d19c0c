using Microsoft.Extensions.Logging;
using Mik.Server.Admission;
using Mik.Server.Threads;

namespace Mik.Server.Modules;

/// <summary>Makes <see cref="ModuleState"/>s, and has what they share: how files are loaded, the cache, the clock, the log.</summary>
internal sealed class ModuleFactory
{
    /// <summary>How often the file of a module in use is looked at, and the listing of a folder.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly Func<ModuleConfig, ModuleModel> _load;
    private readonly GuestThreads _threads;

    private readonly LoadQueue _queue = new(Math.Max(2, Environment.ProcessorCount));
    private MikServerOptions _options;

    /// <summary>A factory whose modules are loaded by a function that may block.</summary>
    public ModuleFactory(MikServerOptions options, Func<ModuleConfig, ModuleModel> load, GuestThreads threads, TimeProvider clock, ILogger log, Action<string>? retired = null)
    {
        Retired = retired ?? (static _ => { });
        _options = options;
        _load = load;
        _threads = threads;
        Cache = new ModuleCache(options);
        Clock = clock;
        Log = log;
        CheckTicks = (long)(CheckInterval.TotalSeconds * clock.TimestampFrequency);
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

    /// <summary>How long a changed file must have been left alone before it replaces what is served.</summary>
    public TimeSpan Quiet => _options.WatchDebounce;

    /// <summary>A module that is not loaded.</summary>
    public ModuleState Create(ModuleConfig config) => new(config, _options.EffectiveMaxPerModuleRequests, this);

    /// <summary>Loads a file on a guest thread.</summary>
    /// <exception cref="ModuleLoadException">The file cannot be served.</exception>
    public Task<ModuleModel> LoadAsync(ModuleConfig config) => _queue.RunAsync(() => _threads.RunAsync(() => _load(config)));

    /// <summary>From now on other options hold.</summary>
    public void Apply(MikServerOptions options)
    {
        _options = options;
        Cache.Apply(options);
    }
}
