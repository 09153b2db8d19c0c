using System.Diagnostics.CodeAnalysis;

namespace Mik.AspNetCore.Threads;

/// <summary>
/// Threads on which guests run. A guest call is synchronous and may block or loop, so it must never take a thread that Kestrel or the thread
/// pool needs. Only so many guests run at a time as the processors can do; the next wait in line, which is sooner for everyone than sharing the
/// processors with all. A guest that waits gives its place to the next one, and so does one that has had it for long: the processors are
/// shared with those that loop, but nobody waits for them to end. The thread that went idle last is used first (its stack is warm); the others retire.
/// Modules have fair shares: in line they take turns, those of their guests that run for long have a lower priority, the lower the more there are of one
/// module, and beyond a number the next of that module wait for one to end.
/// </summary>
internal sealed class GuestThreads : IDisposable
{
    /// <summary>
    /// Stack of each thread. Guests may use about 1 MiB; host functions, adapters and translation of nested blocks need the rest. Only touched pages cost
    /// memory.
    /// </summary>
    public const int StackBytes = 16 << 20;

    /// <summary>How long a guest may run before others that wait in line start beside it.</summary>
    private static readonly TimeSpan DefaultLongRun = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    // Times of a long run after which a guest has had one, even if it used no processor.
    private const int LongWhateverItDid = 5;

    private readonly Lock _gate = new();
    private readonly List<GuestThread> _threads = [];
    private readonly List<GuestThread> _idle = [];
    private readonly FairLine _line = new();
    private readonly FairLine _called = new();
    private readonly GuestPlaces _places;
    private readonly TimeSpan _longRun;
    private readonly Timer _look;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private volatile int _maximum;
    private int _created;
    private bool _isLooking;

    /// <summary>
    /// At most <paramref name="maximum"/> threads, each retiring after <paramref name="idleTime"/> (10 s) without work; <paramref name="places"/> (one more
    /// than there are processors) of them run at a time, besides those that wait or have run for <paramref name="longRun"/> (20 ms).
    /// </summary>
    public GuestThreads(int maximum, TimeSpan? idleTime = null, int? places = null, TimeSpan? longRun = null)
    {
        _maximum = maximum;
        _stopped = _stop.Token;
        IdleTime = idleTime ?? TimeSpan.FromSeconds(10);
        _longRun = longRun ?? DefaultLongRun;
        _places = new GuestPlaces(places ?? Environment.ProcessorCount + 1);
        _look = new Timer(static threads => ((GuestThreads)threads!).Look(), this, Timeout.Infinite, Timeout.Infinite);
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
                return _threads.Count;
            }
        }
    }

    /// <summary>Work that waits in line now.</summary>
    public int InLine
    {
        get
        {
            lock (_gate)
            {
                return _line.Count + _called.Count;
            }
        }
    }

    /// <summary>How long a thread waits for work before it retires.</summary>
    internal TimeSpan IdleTime { get; }

    /// <summary>Held for what the threads say of themselves.</summary>
    internal Lock Gate => _gate;

    private bool HasPlace => _places.Free > 0 && (_idle.Count > 0 || _threads.Count < _maximum);

    /// <summary>The guest on this thread is about to wait: another one may run meanwhile. Does nothing on threads of others.</summary>
    public static void BeginWait() => GuestThread.Current?.BeginWait();

    /// <summary>The guest on this thread has waited. It runs on at once.</summary>
    public static void EndWait() => GuestThread.Current?.EndWait();

    /// <summary>Starts the work on a thread of its own when there is a place, or lets it wait in line.</summary>
    /// <param name="work">The work.</param>
    /// <param name="isCalled">Whether something that has begun waits for it: it goes before what has not.</param>
    public void Start(IGuestWork work, bool isCalled = false)
    {
        GuestThread thread;
        lock (_gate)
        {
            if (!HasPlace || _places.HasEnough(work.Group ?? work))
            {
                (isCalled ? _called : _line).Enqueue(work);
                LookLater();
                return;
            }

            thread = TakeThread(work);
        }

        thread.Begin(work);
    }

    /// <summary>Runs a function on a guest thread and gives its result.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        var work = new FunctionWork<T>(function);
        Start(work);
        return work.Task;
    }

    /// <summary>Cancelled when this is disposed: what still runs shall end too.</summary>
    public CancellationToken GetStopToken() => _stopped;

    /// <inheritdoc/>
    public void Dispose()
    {
        _look.Dispose();
        Stop();
        _stop.Dispose();
    }

    /// <summary>Ends what still runs.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>An idle thread or a new one, with a place. Under the gate.</summary>
    private GuestThread TakeThread(IGuestWork work)
    {
        GuestThread thread;
        if (_idle.Count > 0)
        {
            thread = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
        }
        else
        {
            thread = new GuestThread(this, ++_created);
            _threads.Add(thread);
        }

        Enter(thread, work);
        return thread;
    }

    private void Enter(GuestThread thread, IGuestWork work)
    {
        thread.Group = work.Group ?? work;
        _places.Enter(thread);
        LookLater();
    }

    /// <summary>Starts the next in line, if there is a place for it. Outside the gate, as a new thread takes its time.</summary>
    internal void StartNext()
    {
        IGuestWork? work;
        GuestThread thread;
        lock (_gate)
        {
            if (!HasPlace || !TryDequeue(out work))
            {
                return;
            }

            thread = TakeThread(work);
        }

        try
        {
            thread.Begin(work);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The system has no thread to give. Whoever called is not the one that needs it: the work waits on, in front.
            lock (_gate)
            {
                _called.Enqueue(work);
                LookLater(mustLook: true);
            }
        }
    }

    /// <summary>Looks after those in line: who has run for long gives its place away. Called by the timer while somebody waits.</summary>
    private void Look()
    {
        int free;
        lock (_gate)
        {
            _isLooking = false;
            var now = Environment.TickCount64;
            var mustLookOn = false;
            foreach (var thread in _threads)
            {
                if (thread.State == GuestState.Running && IsLong(thread, now))
                {
                    _places.GiveAway(thread);
                }
            }

            foreach (var thread in _threads)
            {
                if (thread.State == GuestState.Long && thread.HasWorked(_longRun))
                {
                    thread.Lower(_places.NiceOf(thread.Group));
                }

                mustLookOn |= thread.State == GuestState.Long && !thread.IsLowered;
            }

            free = Math.Min(InLine, _places.Free);
            LookLater(mustLookOn);
        }

        for (; free > 0; free--)
        {
            StartNext();
        }
    }

    // One that has hardly had a processor yet waits for its turn on a busy machine: another thread beside it would only make all of them slower. One that
    // waits for something else, and did not say so, has none either.
    private bool IsLong(GuestThread thread, long now)
    {
        var hasWorked = thread.HasWorked(_longRun / 2);
        var milliseconds = now - thread.Since;
        return milliseconds >= _longRun.TotalMilliseconds
            && (hasWorked || (milliseconds >= LongWhateverItDid * _longRun.TotalMilliseconds && !thread.IsForAProcessor()));
    }

    private bool TryDequeue([NotNullWhen(true)] out IGuestWork? next) =>
        _called.TryDequeue(_places.HasEnough, out next) || _line.TryDequeue(_places.HasEnough, out next);

    private void LookLater(bool mustLook = false)
    {
        // Those that have run for long already give up nothing more, whoever waits.
        if (!_isLooking && (_places.HasRunning || mustLook))
        {
            _isLooking = true;
            _look.Change(LookEvery, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Called by a thread that has finished its work: gives it the next piece in line, or puts it among the idle.</summary>
    internal IGuestWork? NextOrIdle(GuestThread thread)
    {
        lock (_gate)
        {
            _places.Leave(thread, GuestState.Idle);
            thread.Group = this;
            if (thread.IsLowered)
            {
                // Its priority cannot be raised again: it retires.
                _threads.Remove(thread);
                return null;
            }

            if (_places.Free > 0 && TryDequeue(out var next))
            {
                Enter(thread, next);
                return next;
            }

            _idle.Add(thread);
            return null;
        }
    }

    /// <summary>Called by a thread that got no work in time. False when it was just taken from the idle ones: its work is on the way.</summary>
    internal bool TryRetire(GuestThread thread)
    {
        lock (_gate)
        {
            return _idle.Remove(thread) && _threads.Remove(thread);
        }
    }

    /// <summary>The system did not give the thread.</summary>
    internal void Remove(GuestThread thread)
    {
        lock (_gate)
        {
            _places.Leave(thread, GuestState.Idle);
            _threads.Remove(thread);
        }
    }

    /// <summary>A thread's guest is about to wait.</summary>
    internal void BeginWait(GuestThread thread)
    {
        lock (_gate)
        {
            _places.Leave(thread, GuestState.Waiting);
        }

        StartNext();
    }

    /// <summary>A thread's guest has waited.</summary>
    internal void EndWait(GuestThread thread)
    {
        lock (_gate)
        {
            _places.Enter(thread);
            LookLater();
        }
    }
}
