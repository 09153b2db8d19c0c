using Mik.Server.Options;

namespace Mik.Server.Modules;

/// <summary>
/// Keeps the compiled modules and the loaded scripts in memory below a number of each and a size of all; those used longest ago go first. The one that came
/// last always stays, however large it is: else it would be loaded for each request.
/// </summary>
internal sealed class ModuleCache(MikServerOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ICacheEntry> _loaded = [];
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
                return Number(areScripts: false);
            }
        }
    }

    /// <summary>The clock by which entries say when they were used.</summary>
    public TimeProvider Clock => clock;

    /// <summary>The size of modules and scripts.</summary>
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

    /// <summary>Modules and scripts that went to make room.</summary>
    public long Evictions => Interlocked.Read(ref _evictions);

    /// <summary>Takes what was just loaded, and makes room for it.</summary>
    public void Keep(ICacheEntry entry)
    {
        lock (_gate)
        {
            if (!entry.IsRetired)
            {
                _loaded.Add(entry);
                MakeRoom(entry);
            }
        }
    }

    /// <summary>Makes room for one that takes more than when it was loaded, if it is still kept.</summary>
    public void Grown(ICacheEntry entry)
    {
        lock (_gate)
        {
            if (_loaded.Contains(entry))
            {
                MakeRoom(entry);
            }
        }
    }

    /// <summary>Lets go what is no longer served.</summary>
    public void Forget(ICacheEntry entry)
    {
        lock (_gate)
        {
            _loaded.Remove(entry);
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

    private void MakeRoom(ICacheEntry? newest)
    {
        while (Number(areScripts: false) > _maximumCount)
        {
            Evict(_loaded.Where(entry => !entry.IsScript && entry != newest));
        }

        while (Number(areScripts: true) > _maximumCount)
        {
            Evict(_loaded.Where(entry => entry.IsScript && entry != newest));
        }

        while (_loaded.Count > 1 && Size() > _maximumBytes)
        {
            Evict(_loaded.Where(entry => entry != newest));
        }
    }

    private void Evict(IEnumerable<ICacheEntry> entries)
    {
        var oldest = entries.MinBy(entry => entry.UsedAt)!;
        _loaded.Remove(oldest);
        oldest.Evict();
        Interlocked.Increment(ref _evictions);
    }

    private int Number(bool areScripts) => _loaded.Count(entry => entry.IsScript == areScripts);

    private long Size() => _loaded.Sum(entry => entry.SizeBytes);
}
