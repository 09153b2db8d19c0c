using System.Diagnostics;

namespace Mik.Wasm.Execution;

/// <content>Gives back what stands for dead objects.</content>
internal sealed unsafe partial class GuestHeap
{
    // After a full collection this part of the limit must be free, or there would be one for every few objects.
    private const int LeastFree = 16;
    private const int MostShareOfTime = 10;
    private static readonly TimeSpan FreeOfCharge = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _age = Stopwatch.StartNew();
    private TimeSpan _collecting;
    private HeapWitness? _witness;
    private long _dead;

    /// <summary>
    /// Gives back what stands for dead objects; when that is not enough, lets the collector look for them. A collection stops everyone, so a guest that needs
    /// many waits between them.
    /// </summary>
    /// <param name="bytes">How many are needed.</param>
    /// <returns>Whether there may be so many now.</returns>
    /// <exception cref="Trap">The guest was interrupted while it waited.</exception>
    public bool Reclaim(long bytes)
    {
        if (Bytes == 0)
        {
            return false;
        }
        if (TryGiveBack(bytes, isExact: false))
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
            var isLast = generation == GC.MaxGeneration;
            if (TryGiveBack(isLast ? Math.Max(bytes, _store.Budget.Limit / LeastFree) : bytes, isLast))
            {
                return true;
            }
        }
        return false;
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

    private bool TryGiveBack(long needed, bool isExact)
    {
        lock (_gate)
        {
            LetGo();
            Sweep();
            var freed = _dead - Doubted(isExact);
            if (freed > 0)
            {
                _dead -= freed;
                Bytes -= freed;
                _store.Budget.Release(freed);
            }
            return _store.Budget.Remaining >= needed;
        }
    }

    private void Sweep()
    {
        var kept = 0;
        for (var i = 0; i < _samples.Count; i++)
        {
            var sample = _samples[i];
            if (sample.Handle.Target is null)
            {
                sample.Handle.Free();
                _dead += sample.Bytes;
            }
            else
            {
                _samples[kept++] = sample;
            }
        }
        _samples.RemoveRange(kept, _samples.Count - kept);
    }

    /// <summary>How much of what seems dead is not believed: there would be more in the process than anyone else can have made.</summary>
    private long Doubted(bool isExact)
    {
        if (_dead == 0 || _witness is null)
        {
            return 0;
        }
        var (unexplained, byOthers) = _witness.Ask(_allocated, Bytes - _dead, isExact);
        var slack = _store.Budget.Limit / LeastFree * 2;
        // Whoever hides among others finds each allocation alike from now on.
        _isWatched |= unexplained > slack && byOthers > slack;
        return Math.Clamp(unexplained - byOthers - slack, 0, _dead);
    }
}
