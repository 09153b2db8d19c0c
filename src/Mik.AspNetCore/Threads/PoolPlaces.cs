namespace Mik.AspNetCore.Threads;

/// <summary>
/// The places for guests on threads of the pool. A guest there was thought quick; one that stays for long lets all others go first, its module is not
/// thought quick until it ends, and there is one place more meanwhile, up to as many again: quick guests of others shall find theirs.
/// </summary>
/// <param name="count">How many there are.</param>
internal sealed class PoolPlaces(int count) : IDisposable
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int LookedAt = 2;
    private const int TakenForLong = 3;

    private static readonly TimeSpan LongRun = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    [ThreadStatic]
    private static int _native;

    private readonly Place[] _places = [.. Enumerable.Range(0, 2 * count).Select(_ => new Place())];
    private int _open = count;
    private Timer? _look;
    private int _isLooking;
    private volatile bool _isDisposed;

    /// <summary>Takes a place for a guest that runs on this thread now; null when there is none. It is given back with <see cref="Return"/>.</summary>
    public Place? TryTake(RunTimeAverage pace)
    {
        var first = Environment.CurrentManagedThreadId;
        // Those that were opened may be taken for long too, and open no more than there are.
        var open = Math.Min(Volatile.Read(ref _open), _places.Length);
        for (var i = 0; i < open; i++)
        {
            var place = _places[(first + i) % open];
            if (place.State == Free && Interlocked.CompareExchange(ref place.State, LookedAt, Free) == Free)
            {
                place.Thread = _native != 0 ? _native : _native = NativePriority.CurrentThread;
                place.Pace = pace;
                place.Since = Environment.TickCount64;
                Volatile.Write(ref place.State, Taken);
                LookLater();
                return place;
            }
        }

        return null;
    }

    /// <summary>Gives a place back, on the thread that took it.</summary>
    public void Return(Place place)
    {
        if (Interlocked.CompareExchange(ref place.State, Free, Taken) == Taken)
        {
            return;
        }

        var spin = default(SpinWait);
        while (Volatile.Read(ref place.State) != TakenForLong)
        {
            spin.SpinOnce();
        }

        NativePriority.GoFirst(place.Thread);
        place.Pace!.EndLongRun();
        Interlocked.Decrement(ref _open);
        Volatile.Write(ref place.State, Free);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _look?.Dispose();
    }

    private void LookLater()
    {
        if (Volatile.Read(ref _isLooking) == 0 && Interlocked.Exchange(ref _isLooking, 1) == 0 && !_isDisposed)
        {
            _look ??= new Timer(static places => ((PoolPlaces)places!).Look(), this, Timeout.Infinite, Timeout.Infinite);
            _look.Change(LookEvery, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        var isAnyTaken = false;
        foreach (var place in _places)
        {
            isAnyTaken |= place.State != Free;
            if (Environment.TickCount64 - place.Since < LongRun.TotalMilliseconds || Interlocked.CompareExchange(ref place.State, LookedAt, Taken) != Taken)
            {
                continue;
            }

            // It may have been taken anew meanwhile.
            if (TimeSpan.FromMilliseconds(Environment.TickCount64 - place.Since) is var stayed && stayed < LongRun)
            {
                Volatile.Write(ref place.State, Taken);
                continue;
            }

            if (IsInLine(place))
            {
                Volatile.Write(ref place.State, Taken);
                continue;
            }

            NativePriority.LetOthersGoFirst(place.Thread);
            place.Pace!.BeginLongRun();
            Interlocked.Increment(ref _open);
            Volatile.Write(ref place.State, TakenForLong);
        }

        Volatile.Write(ref _isLooking, 0);
        if (isAnyTaken)
        {
            LookLater();
        }
    }

    // On a busy machine a guest may only be waiting for its turn: its module is no slower for that.
    private static bool IsInLine(Place place)
    {
        if (NativePriority.ProcessorTime(place.Thread) is not { } now || !NativePriority.IsForAProcessor(place.Thread))
        {
            return false;
        }

        if (place.SinceAtLook != place.Since)
        {
            (place.SinceAtLook, place.ProcessorTimeAtLook) = (place.Since, now);
        }

        return now - place.ProcessorTimeAtLook < LongRun / 2;
    }

    /// <summary>One place.</summary>
    internal sealed class Place
    {
        /// <summary>Who has it.</summary>
        internal int State;

        /// <summary>The system's number of the thread.</summary>
        internal int Thread { get; set; }

        /// <summary>How long guests of its module take.</summary>
        internal RunTimeAverage? Pace { get; set; }

        /// <summary>When it was taken, in ms of <see cref="Environment.TickCount64"/>.</summary>
        internal long Since { get; set; }

        /// <summary><see cref="Since"/> of the guest that was first looked at after a long run.</summary>
        internal long SinceAtLook { get; set; }

        /// <summary>How long the thread had had a processor then.</summary>
        internal TimeSpan ProcessorTimeAtLook { get; set; }
    }
}
