namespace Mik.Server.Threads;

/// <summary>
/// Threads on which guests run. A guest call is synchronous and may block or loop, so it must never take a thread that Kestrel or the thread
/// pool needs. Each piece of work gets a thread at once, an idle one or a new one, up to a limit which is that of concurrent requests: so a
/// blocked guest never makes another wait. The thread that went idle last is used first (its stack is warm); the others retire.
/// </summary>
internal sealed class GuestThreads
{
    /// <summary>Stack of each thread. Guests may use about 1 MiB; host functions, adapters and translation of nested blocks need the rest. Only touched pages cost memory.</summary>
    public const int StackBytes = 16 << 20;

    private readonly Lock _gate = new();
    private readonly List<GuestThread> _idle = [];
    private readonly Queue<IGuestWork> _waiting = new();
    private volatile int _maximum;
    private readonly TimeSpan _idleTime;
    private int _count;
    private int _created;

    /// <summary>At most <paramref name="maximum"/> threads, each retiring after <paramref name="idleTime"/> (10 s) without work.</summary>
    public GuestThreads(int maximum, TimeSpan? idleTime = null)
    {
        _maximum = maximum;
        _idleTime = idleTime ?? TimeSpan.FromSeconds(10);
    }

    /// <summary>How many threads there may be.</summary>
    public int Maximum
    {
        get => _maximum;
        set => _maximum = value;
    }

    /// <summary>Threads alive now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Starts the work on a thread of its own, or queues it when the limit of threads is reached.</summary>
    public void Start(IGuestWork work)
    {
        GuestThread? thread;
        lock (_gate)
        {
            thread = _idle.Count == 0 ? null : _idle[^1];
            if (thread is not null)
            {
                _idle.RemoveAt(_idle.Count - 1);
            }
            else if (_count >= _maximum)
            {
                _waiting.Enqueue(work);
                return;
            }
            else
            {
                _count++;
            }
        }

        if (thread is not null)
        {
            thread.Wake(work);
            return;
        }

        StartThread(work);
    }

    /// <summary>Runs a function on a guest thread and gives its result.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        var work = new FunctionWork<T>(function);
        Start(work);
        return work.Task;
    }

    private void StartThread(IGuestWork work)
    {
        try
        {
            new GuestThread(this, work, Interlocked.Increment(ref _created)).Start();
        }
        catch
        {
            lock (_gate)
            {
                _count--;
            }

            throw;
        }
    }

    /// <summary>Called by a thread that has finished its work: gives it the next piece that waits, or puts it among the idle.</summary>
    private IGuestWork? NextOrIdle(GuestThread thread)
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var next))
            {
                return next;
            }

            _idle.Add(thread);
            return null;
        }
    }

    /// <summary>Called by a thread that got no work in time. False when it was just taken from the idle ones: its work is on the way.</summary>
    private bool TryRetire(GuestThread thread)
    {
        lock (_gate)
        {
            if (!_idle.Remove(thread))
            {
                return false;
            }

            _count--;
            return true;
        }
    }

    /// <summary>One thread and the slot through which it gets work.</summary>
    private sealed class GuestThread(GuestThreads owner, IGuestWork first, int number)
    {
        private readonly object _signal = new();
        private volatile IGuestWork? _work = first;

        public void Start() => new Thread(Loop, StackBytes) { IsBackground = true, Name = $"guest {number}" }.UnsafeStart();

        public void Wake(IGuestWork work)
        {
            lock (_signal)
            {
                _work = work;
                Monitor.Pulse(_signal);
            }
        }

        private void Loop()
        {
            while (TakeWork() is { } work)
            {
                do
                {
                    work.Run();
                    work = owner.NextOrIdle(this);
                }
                while (work is not null);
            }
        }

        private IGuestWork? TakeWork()
        {
            lock (_signal)
            {
                while (_work is null)
                {
                    if (!Monitor.Wait(_signal, owner._idleTime) && _work is null && owner.TryRetire(this))
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

    private sealed class FunctionWork<T>(Func<T> function) : IGuestWork
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _completion.Task;

        public void Run()
        {
            try
            {
                _completion.SetResult(function());
            }
            catch (Exception exception)
            {
                _completion.SetException(exception);
            }
        }
    }
}
