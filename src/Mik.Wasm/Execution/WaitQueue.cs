namespace Mik.Wasm.Execution;

/// <summary>The threads that wait at addresses of one shared memory (threads proposal, "wait and notify").</summary>
internal sealed unsafe class WaitQueue
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<nint, LinkedList<Waiter>> _waiters = [];

    /// <summary>Waits while the 4 bytes at an address have a value: 0 was notified, 1 another value, 2 timed out.</summary>
    public int Wait32(Store store, nint address, int expected, long timeout) =>
        Enqueue(address, () => Volatile.Read(ref *(int*)address) == expected) is { } waiter ? Block(store, address, waiter, timeout) : 1;

    /// <summary>Waits while the 8 bytes at an address have a value: 0 was notified, 1 another value, 2 timed out.</summary>
    public int Wait64(Store store, nint address, long expected, long timeout) =>
        Enqueue(address, () => Volatile.Read(ref *(long*)address) == expected) is { } waiter ? Block(store, address, waiter, timeout) : 1;

    /// <summary>Wakes at most <paramref name="count"/> threads that wait at an address, the longest waiting first; how many.</summary>
    public int Notify(nint address, uint count)
    {
        var woken = 0;
        lock (_gate)
        {
            if (!_waiters.TryGetValue(address, out var waiters))
            {
                return 0;
            }
            while (woken < count && waiters.First is { } first)
            {
                waiters.RemoveFirst();
                first.Value.IsNotified = true;
                first.Value.Wake.Set();
                woken++;
            }
            if (waiters.Count == 0)
            {
                _waiters.Remove(address);
            }
        }
        return woken;
    }

    // Looking and lining up are one step: a notification cannot come between.
    private Waiter? Enqueue(nint address, Func<bool> isExpected)
    {
        lock (_gate)
        {
            if (!isExpected())
            {
                return null;
            }
            var waiter = new Waiter();
            if (!_waiters.TryGetValue(address, out var waiters))
            {
                _waiters.Add(address, waiters = []);
            }
            waiters.AddLast(waiter);
            return waiter;
        }
    }

    private int Block(Store store, nint address, Waiter waiter, long timeout)
    {
        var milliseconds = timeout < 0 || timeout / NanosecondsPerMillisecond >= int.MaxValue
            ? Timeout.Infinite
            : (int)((timeout + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond);
        using (waiter.Wake)
        {
            try
            {
                waiter.Wake.Wait(milliseconds, store.InterruptToken);
            }
            catch (OperationCanceledException)
            {
                Remove(address, waiter);
                throw store.InterruptTrap();
            }
            Remove(address, waiter);
        }
        return waiter.IsNotified ? 0 : 2;
    }

    private void Remove(nint address, Waiter waiter)
    {
        lock (_gate)
        {
            if (!waiter.IsNotified && _waiters.TryGetValue(address, out var waiters) && waiters.Remove(waiter) && waiters.Count == 0)
            {
                _waiters.Remove(address);
            }
        }
    }

    private sealed class Waiter
    {
        public ManualResetEventSlim Wake { get; } = new();

        /// <summary>Written and read under the queue's lock, or after it was left.</summary>
        public bool IsNotified { get; set; }
    }
}
