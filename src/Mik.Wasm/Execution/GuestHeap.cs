using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mik.Wasm.Execution;

/// <summary>
/// Counts the objects that a store's guests hold against its budget. Every allocation is counted; one object in each 256 KiB, about, is followed by a
/// weak handle and stands for all that were allocated since the one before it. What stands for dead objects is given back when the budget is used up.
/// </summary>
internal sealed unsafe class GuestHeap
{
    private const int Interval = 256 * 1024;
    private const int IntervalSpread = Interval / 4;
    // After a full collection this part of the limit must be free, or there would be one for every few objects.
    private const int LeastFree = 16;
    private const int MostShareOfTime = 10;
    private static readonly TimeSpan FreeOfCharge = TimeSpan.FromMilliseconds(200);

    private readonly Store _store;
    private readonly Lock _gate = new();
    private readonly List<(GCHandle Handle, long Bytes)> _samples = [];
    private readonly Stopwatch _age = Stopwatch.StartNew();
    private TimeSpan _collecting;
    private long _interval;

    /// <summary>Makes an empty heap.</summary>
    public GuestHeap(Store store)
    {
        _store = store;
        _interval = store.State->HeapBudget;
    }

    /// <summary>Bytes that are counted: live objects, and dead ones that were not looked at yet.</summary>
    public long Bytes { get; private set; }

    /// <summary>The allowance is used up: counts what was allocated since the last time.</summary>
    /// <param name="last">The object that was allocated last; it stands for all of it.</param>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public void Sample(object last)
    {
        var bytes = _interval - _store.State->HeapBudget;
        _store.State->HeapBudget = 0;
        _interval = 0;
        Add(last, bytes);
        _interval = Interval - IntervalSpread + Random.Shared.Next(2 * IntervalSpread);
        _store.State->HeapBudget = _interval;
    }

    /// <summary>Counts an object that is large, before it is made.</summary>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public void Charge(long bytes)
    {
        _store.Budget.Charge(LimitedResource.Objects, bytes);
        lock (_gate)
        {
            Bytes += bytes;
        }
    }

    /// <summary>Follows an object that was counted by <see cref="Charge"/>.</summary>
    public void Follow(object large, long bytes)
    {
        lock (_gate)
        {
            _samples.Add((GCHandle.Alloc(large, GCHandleType.Weak), bytes));
        }
    }

    /// <summary>
    /// Gives back what stands for dead objects; when that is not enough, lets the collector look for them. A collection stops everyone, so a guest that needs
    /// many waits between them.
    /// </summary>
    /// <param name="bytes">How many are needed.</param>
    /// <returns>Whether there may be so many now.</returns>
    /// <exception cref="Trap">The guest was interrupted while it waited.</exception>
    public bool Reclaim(long bytes)
    {
        if (TryPurge(bytes))
        {
            return true;
        }
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            if (!MayCollect())
            {
                return false;
            }
            var start = Stopwatch.GetTimestamp();
            GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
            var took = Stopwatch.GetElapsedTime(start);
            lock (_gate)
            {
                _collecting += took;
            }
            if (TryPurge(generation == GC.MaxGeneration ? Math.Max(bytes, _store.Budget.Limit / LeastFree) : bytes))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Forgets all objects: the store goes back to a state without any, or is gone.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var (handle, _) in _samples)
            {
                handle.Free();
            }
            _samples.Clear();
            _store.Budget.Release(Bytes);
            Bytes = 0;
            _interval = 0;
        }
    }

    private void Add(object last, long bytes)
    {
        Charge(bytes);
        Follow(last, bytes);
    }

    /// <summary>Waits until another collection is within the share of time. Only the guest's own thread waits: false for others.</summary>
    private bool MayCollect()
    {
        while (true)
        {
            TimeSpan wait;
            lock (_gate)
            {
                wait = _collecting <= FreeOfCharge ? TimeSpan.Zero : (_collecting * MostShareOfTime) - _age.Elapsed;
            }
            if (wait <= TimeSpan.Zero)
            {
                return true;
            }
            if (!_store.IsEnteredHere)
            {
                return false;
            }
            if (_store.InterruptToken.WaitHandle.WaitOne(wait))
            {
                throw _store.InterruptTrap();
            }
        }
    }

    private bool TryPurge(long needed)
    {
        lock (_gate)
        {
            return Purge(needed);
        }
    }

    private bool Purge(long needed)
    {
        var kept = 0;
        var freed = 0L;
        for (var i = 0; i < _samples.Count; i++)
        {
            var sample = _samples[i];
            if (sample.Handle.Target is null)
            {
                sample.Handle.Free();
                freed += sample.Bytes;
            }
            else
            {
                _samples[kept++] = sample;
            }
        }
        _samples.RemoveRange(kept, _samples.Count - kept);
        Bytes -= freed;
        _store.Budget.Release(freed);
        return _store.Budget.Remaining >= needed;
    }
}
