using Mik.Server.Admission;
using Mik.Server.Threads;

namespace Mik.Server.Modules;

/// <summary>
/// What changes about a module while the server runs: whether it is loaded, and the permits of its requests. The first request (or the
/// start of the server) loads it, once, however many ask at the same time.
/// </summary>
internal sealed class ModuleState
{
    private readonly Lock _gate = new();
    private readonly Func<ModuleConfig, ModuleModel> _load;
    private readonly GuestThreads _threads;
    private volatile ModuleModel? _model;
    private Task<ModuleModel>? _loading;
    private FileStamp _loadingStamp;

    /// <summary>A module that is not loaded yet.</summary>
    public ModuleState(ModuleConfig config, int maximumRequests, GuestThreads threads, Func<ModuleConfig, ModuleModel> load)
    {
        Config = config;
        Permits = new Permits(maximumRequests);
        _threads = threads;
        _load = load;
    }

    /// <summary>What the user wrote.</summary>
    public ModuleConfig Config { get; }

    /// <summary>The module's share of concurrent requests.</summary>
    public Permits Permits { get; }

    /// <summary>The loaded module, or null.</summary>
    public ModuleModel? Model => _model;

    /// <summary>The loaded module; loads it first if need be. Whoever waits may stop waiting, the loading goes on for the others.</summary>
    /// <exception cref="ModuleLoadException">The file is not a component that can be served. It is tried again only when the file has changed.</exception>
    public ValueTask<ModuleModel> GetModelAsync(CancellationToken cancellationToken) =>
        _model is { } model ? ValueTask.FromResult(model) : new ValueTask<ModuleModel>(Loading().WaitAsync(cancellationToken));

    private Task<ModuleModel> Loading()
    {
        lock (_gate)
        {
            if (_loading is null || (_loading.IsFaulted && FileStamp.Of(Config.Path) != _loadingStamp))
            {
                _loadingStamp = FileStamp.Of(Config.Path);
                _loading = _threads.RunAsync(Load);
            }

            return _loading;
        }
    }

    private ModuleModel Load()
    {
        var model = _load(Config);
        _model = model;
        return model;
    }

    /// <summary>Tells one version of a file from another.</summary>
    private readonly record struct FileStamp(DateTime WrittenAt, long Length)
    {
        public static FileStamp Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
    }
}
