namespace Mik.AspNetCore.Threads;

/// <summary>One thread and the slot through which it gets work.</summary>
internal sealed class GuestThread(GuestThreads owner, int number)
{
    [ThreadStatic]
    private static GuestThread? _current;

    private readonly object _signal = new();
    private volatile IGuestWork? _work;
    private bool _isStarted;
    private bool _hasBegun;
    private int _native;
    private int _nice;

    /// <summary>The thread that runs this, when it is for guests.</summary>
    public static GuestThread? Current => _current;

    /// <summary>What its guest does. Under the owner's gate.</summary>
    public GuestState State { get; set; }

    /// <summary>When the guest began to run, in ms of <see cref="Environment.TickCount64"/>. Under the owner's gate.</summary>
    public long Since { get; set; }

    /// <summary>How long it had had a processor when its guest was first looked at. Under the owner's gate.</summary>
    public TimeSpan? ProcessorTimeAtLook { get; set; }

    /// <summary>What its guest shares the processors with as one. Under the owner's gate.</summary>
    public object Group { get; set; } = owner;

    /// <summary>Whether its priority was lowered. Under the owner's gate.</summary>
    public bool IsLowered => _nice > 0;

    /// <summary>Gives the work to the thread, which is nobody else's now.</summary>
    public void Begin(IGuestWork work)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _work = work;
            StartThread();
            return;
        }

        lock (_signal)
        {
            _work = work;
            Monitor.Pulse(_signal);
        }
    }

    /// <summary>
    /// Whether its guest has had a processor for so long since it was first looked at. One that only waits for its turn on a busy machine has not, and
    /// would wait longer with a lower priority. Under the owner's gate.
    /// </summary>
    public bool HasWorked(TimeSpan time)
    {
        if (!_hasBegun)
        {
            return false;
        }

        if (NativePriority.ProcessorTime(_native) is not { } now)
        {
            return true;
        }

        ProcessorTimeAtLook ??= now;
        return now - ProcessorTimeAtLook.Value >= time;
    }

    /// <summary>Whether it has or wants a processor, as far as the system tells. Under the owner's gate.</summary>
    public bool IsForAProcessor() => !_hasBegun || NativePriority.IsForAProcessor(_native);

    /// <summary>Lowers its priority, if it is not as low. Under the owner's gate.</summary>
    public void Lower(int nice)
    {
        if (nice > _nice)
        {
            _nice = nice;
            NativePriority.Lower(_native, nice);
        }
    }

    /// <summary>Its guest is about to wait.</summary>
    public void BeginWait() => owner.BeginWait(this);

    /// <summary>Its guest has waited.</summary>
    public void EndWait() => owner.EndWait(this);

    private void StartThread()
    {
        try
        {
            new Thread(Loop, GuestThreads.StackBytes) { IsBackground = true, Name = $"guest {number}" }.UnsafeStart();
        }
        catch
        {
            owner.Remove(this);
            throw;
        }
    }

    private void Loop()
    {
        _current = this;
        lock (owner.Gate)
        {
            _native = NativePriority.CurrentThread;
            _hasBegun = true;
        }

        while (TakeWork() is { } work)
        {
            do
            {
                work.Run();
                work = owner.NextOrIdle(this);
            }
            while (work is not null);
            if (IsLowered)
            {
                owner.StartNext();
                return;
            }
        }
    }

    private IGuestWork? TakeWork()
    {
        lock (_signal)
        {
            while (_work is null)
            {
                if (!Monitor.Wait(_signal, owner.IdleTime) && _work is null && owner.TryRetire(this))
                {
                    return null;
                }
            }

            var work = _work;
            _work = null;
            return work;
        }
    }
}
