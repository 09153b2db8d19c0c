using Mik.AspNetCore.Threads;
using Mik.Server.Options;

namespace Mik.Server.Modules;

/// <summary>
/// Lets a few loads run at once; the others wait their turn. Compiling takes a processor and a lot of memory, so more would not be faster. It is
/// fair among tenants: who has fewer loads under way goes first, none has all places, and a load that takes long gives its place away: it goes on beside the
/// others while there is room, and begins again later when there is not.
/// </summary>
internal sealed class LoadQueue
{
    /// <summary>What an ordinary load takes at most; after this time another one need not wait any longer.</summary>
    public static readonly TimeSpan Ordinary = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private const int MostDoublings = 5;

    private readonly Lock _gate = new();
    private readonly List<ModuleLoad> _waiting = [];
    private readonly List<ModuleLoad> _running = [];
    private readonly Dictionary<string, long> _servedAt = new(StringComparer.Ordinal);
    private readonly int _places;
    private readonly GuestThreads _threads;
    private readonly TimeProvider _clock;
    private readonly Func<ModuleConfig, CancellationToken, ModuleModel> _load;
    private long _turn;
    private bool _isLooking;

    /// <summary>A queue without loads.</summary>
    /// <param name="places">How many run at once.</param>
    /// <param name="load">Loads a module; blocks.</param>
    /// <param name="threads">Where loads run.</param>
    /// <param name="clock">The clock.</param>
    public LoadQueue(int places, Func<ModuleConfig, CancellationToken, ModuleModel> load, GuestThreads threads, TimeProvider clock)
    {
        _places = places;
        _load = load;
        _threads = threads;
        _clock = clock;
    }

    /// <summary>How long one load may run.</summary>
    public required TimeSpan Limit { get; set; }

    /// <summary>Runs a load when it is its turn.</summary>
    public void Add(ModuleLoad load)
    {
        lock (_gate)
        {
            _waiting.Add(load);
        }

        StartNext();
    }

    /// <summary>Looks after the loads that run: ends those that are over the limit or whose files have gone, and finds places for those that wait.</summary>
    public void Look()
    {
        ModuleLoad[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        foreach (var load in running)
        {
            if (FileStamp.Of(load.Module.Path) != load.Stamp)
            {
                load.Stop();
            }
            else if (Elapsed(load) > Limit)
            {
                load.Fail(ModuleLoadException.TookTooLong(load.Module, Limit));
            }
        }

        StartNext();
    }

    private void StartNext()
    {
        while (true)
        {
            ModuleLoad next;
            lock (_gate)
            {
                _waiting.RemoveAll(load => load.Task.IsCompleted);
                if (Choose() is not { } chosen || !HasPlaceFor(chosen))
                {
                    return;
                }

                next = chosen;
                _waiting.Remove(next);
                _running.Add(next);
                next.IsBeside = false;
                next.StartedAt = null;
                _servedAt[next.Tenant] = ++_turn;
                if (!_isLooking)
                {
                    _isLooking = true;
                    _ = LookFromTimeToTimeAsync();
                }
            }

            _ = RunAsync(next);
        }
    }

    private async Task LookFromTimeToTimeAsync()
    {
        while (true)
        {
            await Task.Delay(LookInterval).ConfigureAwait(false);
            lock (_gate)
            {
                if (_running.Count == 0)
                {
                    _isLooking = false;
                    return;
                }
            }

            Look();
        }
    }

    // The look at those that run may come too late for one that is only a little over the limit.
    private ModuleModel LoadInTime(ModuleLoad load, CancellationToken cancellationToken)
    {
        var model = _load(load.Module, cancellationToken);
        if (Elapsed(load) <= Limit)
        {
            return model;
        }

        model.Release?.Invoke();
        throw ModuleLoadException.TookTooLong(load.Module, Limit);
    }

    private async Task RunAsync(ModuleLoad load)
    {
        var isOver = true;
        try
        {
            isOver = await _threads.RunAsync(() =>
            {
                load.StartedAt = _clock.GetTimestamp();
                return load.Run((module, cancellationToken) => LoadInTime(load, cancellationToken));
            });
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The system has no thread for it now: that says nothing about the file.
        }

        lock (_gate)
        {
            _running.Remove(load);
            if (isOver)
            {
                load.End();
                if (_running.Count + _waiting.Count == 0)
                {
                    _servedAt.Clear();
                }
            }
            else
            {
                load.Displaced++;
                _waiting.Add(load);
            }
        }

        StartNext();
    }

    /// <summary>
    /// Who goes next: what somebody waits for before what nobody does, then whose tenant has the fewest loads under way, and was served longest ago.
    /// </summary>
    private ModuleLoad? Choose() => _waiting
        .Where(load => load.Tenant.Length == 0 || UnderWay(load.Tenant) < Math.Max(1, _places - 1))
        .MinBy(load => (!load.IsWanted, UnderWay(load.Tenant), _servedAt.GetValueOrDefault(load.Tenant)));

    private int UnderWay(string tenant) => _running.Count(load => load.Tenant == tenant);

    private bool HasPlaceFor(ModuleLoad load)
    {
        if (_running.Count(other => !other.IsBeside) >= _places)
        {
            if (!load.IsWanted || Longest(other => !other.IsBeside && (!other.IsWanted || IsLong(other))) is not { } given)
            {
                return false;
            }

            given.IsBeside = true;
            if (!given.IsWanted)
            {
                given.Displace();
            }
        }

        // As many more as there are places may end, or take their time, beside the others.
        if (_running.Count < 2 * _places)
        {
            return true;
        }

        if (load.IsWanted && !_running.Exists(other => other.IsStopped))
        {
            // It starts when this one has ended.
            (Longest(other => !other.IsWanted) ?? Longest(other => other.Tenant != load.Tenant && IsLong(other)))?.Displace();
        }

        return false;
    }

    private ModuleLoad? Longest(Func<ModuleLoad, bool> condition) => _running.Where(condition).MinBy(load => load.StartedAt ?? long.MaxValue);

    // What was displaced gets more time when it runs again, so that it ends some day.
    private bool IsLong(ModuleLoad load) => Elapsed(load) > Ordinary * (1 << Math.Min(load.Displaced, MostDoublings));

    private TimeSpan Elapsed(ModuleLoad load) => load.StartedAt is { } startedAt ? _clock.GetElapsedTime(startedAt) : TimeSpan.Zero;
}
