using Mik.Components.Linking;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>
/// An instance that serves several requests. Its turns run on the threads of those that are in it; whoever ends in another's turn is woken to say so. It
/// takes no more after a trap, after a request that had to be stopped, or when too much was left in it.
/// </summary>
internal sealed class SharedInstance
{
    // Of what a request may use, so much may be left for the next ones.
    private const int MostLeft = 4;

    private const string NotWanted = "the deadline passed, or nobody waits for the answer any more";

    private readonly Lock _gate = new();
    private readonly List<SharedCall> _calls = [];
    private readonly SharedInstances _owner;
    private readonly AsyncExport _handle;
    private readonly ComponentInstance _instance;
    private readonly TaskLoop _loop;
    private readonly ResourceBudget _kept;
    private readonly TimeProvider _clock;
    private readonly ITimer _idleTimer;
    private Turn? _turn;
    private SharedCall? _endedBy;
    private long _idleSince;
    private int _served = 1;
    private int _turns;
    private bool _letsIn = true;
    private bool _owesTurn = true;
    private bool _isRetired;
    private bool _isGone;

    /// <summary>Makes it of an instance that was made for a request.</summary>
    public SharedInstance(SharedInstances owner, AsyncExport handle, ComponentInstance instance, TimeProvider clock, SharedCall first, long startedAt)
    {
        (_owner, _handle, _instance, _clock, _loop) = (owner, handle, instance, clock, instance.Loop);
        _kept = new ResourceBudget(first.Guest.Budget.Limit);
        _loop.IsShared = true;
        _loop.MayBeEntered = owner.Reuse.AtOnce > 1;
        _loop.Wake = Wake;
        _loop.BeforeIdle = BeforeIdle;
        _idleTimer = clock.CreateTimer(static shared => ((SharedInstance)shared!).EndIfIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        instance.Share(_kept);
        _calls.Add(first);
        first.Join(this, _loop, instance.Root.OwnBytes, default, startedAt);
    }

    /// <summary>How long a task that was told to stop may take to do so.</summary>
    public TimeSpan CancelTime => _owner.Reuse.CancelTime;

    /// <summary>Whether it may take another request, now or when its turn has ended.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return !_isRetired && _served < _owner.Reuse.Requests && _calls.Count < _owner.Reuse.AtOnce;
            }
        }
    }

    /// <summary>Whether a request is in it.</summary>
    public bool IsUsed
    {
        get
        {
            lock (_gate)
            {
                return _calls.Count > 0;
            }
        }
    }

    /// <summary>Takes another request; not while core code runs, nor while the guest lets no call begin.</summary>
    public bool TryJoin(SharedCall call, long startedAt)
    {
        lock (_gate)
        {
            if (_turns > 0 || !_letsIn || !IsOpen)
            {
                return false;
            }
            _served++;
            _calls.Add(call);
            call.Join(this, _loop, 0, _instance.HostTime, startedAt);
            return true;
        }
    }

    /// <summary>Begins a request that has joined; whether it is over.</summary>
    public bool Begin(SharedCall call)
    {
        var isMine = _loop.Request(() => Start(call));
        lock (_gate)
        {
            isMine |= _owesTurn;
            _owesTurn = false;
        }
        return isMine && RunTurn(call);
    }

    /// <summary>Runs a turn on the thread of a request; whether that is over.</summary>
    public bool RunTurn(SharedCall runner)
    {
        lock (_gate)
        {
            _turns++;
        }

        // After it, another thread may run the next one already.
        var turn = _turn = new Turn(runner);
        try
        {
            if (_loop.RunTurn() == TurnEnd.More)
            {
                Wake();
            }
        }
        catch (Exception exception)
        {
            EndAll(exception);
        }
        AfterTurn();
        return turn.HasEnded;
    }

    /// <summary>The request is not wanted any more: tells its task, and takes no other, which might be ended with it. Called by any thread.</summary>
    public void Cancel(SharedCall call)
    {
        lock (_gate)
        {
            _isRetired = true;
        }
        if (_loop.Request(() => TellToStop(call)))
        {
            Wake();
        }
    }

    /// <summary>A request that is not wanted did not stop in time: ends the instance. Called by any thread.</summary>
    public void EndFor(SharedCall call)
    {
        lock (_gate)
        {
            if (_calls.Contains(call) && !_isGone)
            {
                _endedBy ??= call;
                _instance.Interrupt(NotWanted);
            }
            else
            {
                return;
            }
        }
        foreach (var ended in Calls())
        {
            ended.EndWaits();
        }
    }

    /// <summary>Takes no more requests.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
        }
        EndIfEmpty();
    }

    private void Start(SharedCall call)
    {
        call.HasBegun = true;
        _instance.Root.SwitchTo(call.Group);
        call.Task = _handle.Start(_instance, call);
        TellToStop(call);
    }

    private void TellToStop(SharedCall call)
    {
        if (call is { IsStopped: true, Task: { IsResolved: false } task })
        {
            _instance.Root.SwitchTo(call.Group);
            task.Cancel();
        }
    }

    private void Wake()
    {
        SharedCall call;
        lock (_gate)
        {
            if (_calls.Count == 0)
            {
                // Whoever comes next.
                _owesTurn = true;
                return;
            }
            call = _calls[0];
        }
        call.Wake!();
    }

    private void BeforeIdle()
    {
        EndFinished();
        foreach (var call in Calls())
        {
            call.Guest.Send();
        }
    }

    private void EndFinished()
    {
        var isDone = _loop.IsDone;
        foreach (var call in Calls())
        {
            if (call.HasBegun && (isDone || call.Group!.IsOver))
            {
                End(call, null);
            }
        }
        lock (_gate)
        {
            _letsIn = _instance.Root.LetsCallsBegin;

            // What still goes on without a request is nobody's.
            _isRetired |= _calls.Count == 0 && (!_letsIn || !_loop.IsAtRest) || _kept.Used > _kept.Limit / MostLeft || _owner.IsClosed;
        }
    }

    private SharedCall[] Calls()
    {
        lock (_gate)
        {
            return [.. _calls];
        }
    }

    private void End(SharedCall call, Exception? failure)
    {
        _instance.Root.SwitchTo(null);
        call.End(failure, _kept, _instance.HostTime, _instance.MemoryBytes);
        lock (_gate)
        {
            _calls.Remove(call);
        }
        if (_turn!.Runner == call)
        {
            _turn.HasEnded = true;
        }
        else
        {
            call.Wake!();
        }
    }

    private void EndAll(Exception failure)
    {
        var group = _instance.Root.FailedGroup ?? _instance.Root.Group;
        SharedCall[] calls;
        lock (_gate)
        {
            _isRetired = true;
            calls = [.. _calls];
        }
        if (_endedBy is not null && failure is not Trap)
        {
            // A wait of the host was ended before the code.
            failure = new Trap(TrapKind.Interrupted, NotWanted);
        }
        var begun = Array.FindAll(calls, call => call.HasBegun);
        var reason = failure is Trap { Kind: TrapKind.Interrupted } && _endedBy is not null ? _endedBy
            : Array.Find(begun, call => call.Group == group) ?? (begun.Length > 0 ? begun[0] : null);
        foreach (var call in calls)
        {
            if (call.HasBegun)
            {
                End(call, call == reason ? failure : new SharedInstanceException());
                continue;
            }
            lock (_gate)
            {
                _calls.Remove(call);
            }
            call.Leave();
            call.Wake!();
        }
    }

    private void AfterTurn()
    {
        lock (_gate)
        {
            _turns--;
            if (_calls.Count == 0)
            {
                _idleSince = _clock.GetTimestamp();
            }
        }
        if (EndIfEmpty())
        {
            return;
        }
        lock (_gate)
        {
            if (_calls.Count == 0 && !_isGone)
            {
                _idleTimer.Change(_owner.Reuse.IdleTime, Timeout.InfiniteTimeSpan);
            }
        }
        _owner.Offer(this);
        if (_owner.IsClosed)
        {
            Retire();
        }
    }

    private void EndIfIdle()
    {
        lock (_gate)
        {
            if (_calls.Count > 0 || _turns > 0 || _clock.GetElapsedTime(_idleSince) < _owner.Reuse.IdleTime - TimerSlack)
            {
                return;
            }
            _isRetired = true;
        }
        EndIfEmpty();
    }

    private static TimeSpan TimerSlack => TimeSpan.FromMilliseconds(50);

    private bool EndIfEmpty()
    {
        lock (_gate)
        {
            if (!_isRetired || _calls.Count > 0 || _turns > 0 || _isGone)
            {
                return _isGone;
            }
            _isGone = true;
        }
        _idleTimer.Dispose();
        _owner.End(this, _instance);
        return true;
    }

    /// <summary>One turn.</summary>
    private sealed class Turn(SharedCall runner)
    {
        /// <summary>Whose thread it runs on.</summary>
        public SharedCall Runner => runner;

        /// <summary>Whether that is over.</summary>
        public bool HasEnded { get; set; }
    }
}
