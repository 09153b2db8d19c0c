using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

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

    // What one group's guests that run for long may have together, beside others that want the processors: a third of what one of those has.
    private const int NiceOfOne = 5;

    /// <summary>Guests of one group that work at a time, for each processor; fewer when several groups have guests that run for long.</summary>
    internal const int MostPerProcessor = 10;

    // Times of a long run after which a guest has had one, even if it used no processor.
    private const int LongWhateverItDid = 5;

    [ThreadStatic]
    private static GuestThread? _current;

    private readonly Lock _gate = new();
    private readonly List<GuestThread> _threads = [];
    private readonly List<GuestThread> _idle = [];
    private readonly FairLine _line = new();
    private readonly FairLine _called = new();
    private readonly Dictionary<object, int> _working = [];
    private readonly Dictionary<object, int> _longByGroup = [];
    private readonly TimeSpan _idleTime;
    private readonly TimeSpan _longRun;
    private readonly int _places;
    private readonly Timer _look;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private volatile int _maximum;
    private int _created;
    private int _running;
    private int _long;
    private bool _isLooking;

    /// <summary>
    /// At most <paramref name="maximum"/> threads, each retiring after <paramref name="idleTime"/> (10 s) without work; <paramref name="places"/> (one more
    /// than there are processors) of them run at a time, besides those that wait or have run for <paramref name="longRun"/> (20 ms).
    /// </summary>
    public GuestThreads(int maximum, TimeSpan? idleTime = null, int? places = null, TimeSpan? longRun = null)
    {
        _maximum = maximum;
        _stopped = _stop.Token;
        _idleTime = idleTime ?? TimeSpan.FromSeconds(10);
        _longRun = longRun ?? DefaultLongRun;
        _places = places ?? Environment.ProcessorCount + 1;
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

    // As many more as run for long: half of the processors' time stays for those that do not.
    private bool HasPlace => _running < _places + _long && (_idle.Count > 0 || _threads.Count < _maximum);

    /// <summary>The guest on this thread is about to wait: another one may run meanwhile. Does nothing on threads of others.</summary>
    public static void BeginWait() => _current?.BeginWait();

    /// <summary>The guest on this thread has waited. It runs on at once.</summary>
    public static void EndWait() => _current?.EndWait();

    /// <summary>Starts the work on a thread of its own when there is a place, or lets it wait in line.</summary>
    /// <param name="work">The work.</param>
    /// <param name="isCalled">Whether something that has begun waits for it: it goes before what has not.</param>
    public void Start(IGuestWork work, bool isCalled = false)
    {
        GuestThread thread;
        lock (_gate)
        {
            if (!HasPlace || MustWait(work.Group ?? work))
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
        Enter(thread);
    }

    private void Enter(GuestThread thread)
    {
        thread.State = RunState.Running;
        thread.Since = Environment.TickCount64;
        thread.ProcessorTimeAtLook = null;
        _running++;
        Add(_working, thread.Group, 1);
        LookLater();
    }

    private void Leave(GuestThread thread, RunState next)
    {
        if (thread.State == RunState.Running)
        {
            _running--;
            Add(_working, thread.Group, -1);
        }
        else if (thread.State == RunState.Long)
        {
            _long--;
            Add(_working, thread.Group, -1);
            Add(_longByGroup, thread.Group, -1);
        }

        thread.State = next;
    }

    private static void Add(Dictionary<object, int> counts, object group, int change)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, group, out _);
        count += change;
        if (count == 0)
        {
            counts.Remove(group);
        }
    }

    /// <summary>Starts the next in line, if there is a place for it. Outside the gate, as a new thread takes its time.</summary>
    private void StartNext()
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
                if (thread.State == RunState.Running && IsLong(thread, now))
                {
                    _running--;
                    _long++;
                    Add(_longByGroup, thread.Group, 1);
                    thread.State = RunState.Long;
                }
            }

            foreach (var thread in _threads)
            {
                if (thread.State == RunState.Long && thread.HasWorked(_longRun))
                {
                    thread.Lower(NiceOf(_longByGroup[thread.Group]));
                }

                mustLookOn |= thread.State == RunState.Long && !thread.IsLowered;
            }

            free = Math.Min(InLine, _places + _long - _running);
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

    // A step of nice is a quarter of the weight.
    private static int NiceOf(int count) => Math.Min(NativePriority.MaxNice, NiceOfOne + (int)Math.Round(Math.Log(count, 1.25)));

    private bool TryDequeue([NotNullWhen(true)] out IGuestWork? next) =>
        _called.TryDequeue(MustWait, out next) || _line.TryDequeue(MustWait, out next);

    // What few threads do on each processor the kernel can put aside for others at once; among dozens it cannot.
    private bool MustWait(object group) =>
        _working.TryGetValue(group, out var count)
            && count >= Math.Max(_places, MostPerProcessor * Environment.ProcessorCount / Math.Max(1, _longByGroup.Count));

    private void LookLater(bool mustLook = false)
    {
        // Those that have run for long already give up nothing more, whoever waits.
        if (!_isLooking && (_running > 0 || mustLook))
        {
            _isLooking = true;
            _look.Change(LookEvery, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Called by a thread that has finished its work: gives it the next piece in line, or puts it among the idle.</summary>
    private IGuestWork? NextOrIdle(GuestThread thread)
    {
        lock (_gate)
        {
            Leave(thread, RunState.Idle);
            thread.Group = this;
            if (thread.IsLowered)
            {
                // Its priority cannot be raised again: it retires.
                _threads.Remove(thread);
                return null;
            }

            if (_running < _places + _long && TryDequeue(out var next))
            {
                Enter(thread, next);
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
            return _idle.Remove(thread) && _threads.Remove(thread);
        }
    }

    /// <summary>What a thread's guest does.</summary>
    private enum RunState
    {
        /// <summary>There is none.</summary>
        Idle,
        /// <summary>It runs, in a place.</summary>
        Running,
        /// <summary>It has run for long and has no place any more.</summary>
        Long,
        /// <summary>It waits.</summary>
        Waiting,
    }

    /// <summary>One thread and the slot through which it gets work.</summary>
    private sealed class GuestThread(GuestThreads owner, int number)
    {
        private readonly object _signal = new();
        private volatile IGuestWork? _work;
        private bool _isStarted;
        private bool _hasBegun;
        private int _native;
        private int _nice;

        /// <summary>Under the owner's gate.</summary>
        public RunState State { get; set; }

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

        public void BeginWait()
        {
            lock (owner._gate)
            {
                owner.Leave(this, RunState.Waiting);
            }

            owner.StartNext();
        }

        public void EndWait()
        {
            lock (owner._gate)
            {
                owner.Enter(this);
            }
        }

        private void StartThread()
        {
            try
            {
                new Thread(Loop, StackBytes) { IsBackground = true, Name = $"guest {number}" }.UnsafeStart();
            }
            catch
            {
                lock (owner._gate)
                {
                    owner.Leave(this, RunState.Idle);
                    owner._threads.Remove(this);
                }

                throw;
            }
        }

        private void Loop()
        {
            _current = this;
            lock (owner._gate)
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
