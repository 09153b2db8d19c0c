using Mik.Server.Options;

namespace Mik.Server.Modules;

/// <summary>
/// Keeps the compiled modules in memory below a number and a size; those used longest ago go first. The one that came last always stays,
/// however large it is: else it would be compiled for each request.
/// </summary>
internal sealed class ModuleCache(MikServerOptions options)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ModuleState> _loaded = [];
    private int _maximumCount = options.CacheSize;
    private long _maximumBytes = options.MaxCacheBytes;
    private long _evictions;

    /// <summary>Compiled modules in memory.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _loaded.Count;
            }
        }
    }

    /// <summary>Their size.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return Size();
            }
        }
    }

    /// <summary>Most modules at once.</summary>
    public int MaximumCount => Volatile.Read(ref _maximumCount);

    /// <summary>Most bytes at once.</summary>
    public long MaximumBytes => Volatile.Read(ref _maximumBytes);

    /// <summary>Modules that went to make room.</summary>
    public long Evictions => Interlocked.Read(ref _evictions);

    /// <summary>Takes a module that was just loaded, and makes room for it.</summary>
    public void Keep(ModuleState module)
    {
        lock (_gate)
        {
            if (!module.IsRetired)
            {
                _loaded.Add(module);
                MakeRoom(module);
            }
        }
    }

    /// <summary>Lets a module go that is no longer served.</summary>
    public void Forget(ModuleState module)
    {
        lock (_gate)
        {
            _loaded.Remove(module);
        }
    }

    /// <summary>From now on other limits hold.</summary>
    public void Apply(MikServerOptions changed)
    {
        lock (_gate)
        {
            _maximumCount = changed.CacheSize;
            _maximumBytes = changed.MaxCacheBytes;
            MakeRoom(null);
        }
    }

    private void MakeRoom(ModuleState? newest)
    {
        while (_loaded.Count > 1 && (_loaded.Count > _maximumCount || Size() > _maximumBytes))
        {
            var oldest = _loaded.Where(module => module != newest).MinBy(module => module.UsedAt)!;
            _loaded.Remove(oldest);
            oldest.Evict();
            Interlocked.Increment(ref _evictions);
        }
    }

    private long Size() => _loaded.Sum(module => module.Model?.SizeBytes ?? 0);
}
