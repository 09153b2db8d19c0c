using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>Who called a task. Called in turns.</summary>
internal interface ITaskCaller
{
    /// <summary>The task begins: it wants its arguments, as its start adapter takes them.</summary>
    object?[] TakeArguments();

    /// <summary>The result is there.</summary>
    void Returned(object? result);

    /// <summary>The task was cancelled, and gives no result.</summary>
    void Cancelled();
}

/// <summary>
/// One call of an async function of a guest (CanonicalABI.md, "Task State"). It begins when its instance lets it, runs until it waits or has ended, and is told
/// of events by its callback; its result may come long before its end.
/// </summary>
internal sealed unsafe class GuestTask
{
    private readonly ITaskCaller _caller;
    private readonly nint _start;
    private readonly TaskGroup? _group;
    private LinkedListNode<GuestTask>? _place;
    private long _contextSlots;
    private WaitableSet? _set;
    private bool _isReady;
    private bool _isStarted;
    private bool _isCancelPending;

    /// <summary>A task that has not begun.</summary>
    /// <param name="function">What is called.</param>
    /// <param name="start">The emitted code that lowers the arguments and calls.</param>
    /// <param name="resultLifter">The emitted code that lifts what <c>task.return</c> is given.</param>
    /// <param name="caller">Who called.</param>
    public GuestTask(LiftedFunction function, nint start, nint resultLifter, ITaskCaller caller)
    {
        Function = function;
        _start = start;
        ResultLifter = resultLifter;
        _caller = caller;
        var root = function.Scope.Root;
        root.Loop.LiveTasks++;
        root.Loop.UnresolvedTasks++;
        _group = root.Group;
        if (_group is not null)
        {
            _group.LiveTasks++;
        }
    }

    /// <summary>What is called.</summary>
    public LiftedFunction Function { get; }

    /// <summary>The emitted code that lifts what <c>task.return</c> is given.</summary>
    public nint ResultLifter { get; }

    /// <summary>What was lent to it.</summary>
    public BorrowScope Borrows { get; } = new();

    /// <summary>Whether it has given its result, or was cancelled.</summary>
    public bool IsResolved { get; private set; }

    /// <summary>Whether it has its arguments.</summary>
    public bool IsStarted => _isStarted;

    /// <summary>Whether it was told that its result is not wanted any more.</summary>
    public bool IsCancelDelivered { get; private set; }

    /// <summary>Its place in the one line that it is in at most: of those that can go on, that wait for a set, or for their instance.</summary>
    internal LinkedListNode<GuestTask> Place => _place ??= new(this);

    private InstanceScope Scope => Function.Scope;

    private TaskLoop Loop => Scope.Root.Loop;

    // Without a callback it waits inside, and only those that were lifted as if they were not async keep others out meanwhile.
    private bool NeedsLock => Function.Definition.Options is { IsAsync: false } or { Callback: not null };

    /// <summary>Begins now if its instance lets it, else later.</summary>
    public void Begin()
    {
        if (Scope.Entering.Count == 0 && MayEnter)
        {
            Start();
            return;
        }
        if (Scope.Entering.Count >= InstanceScope.MaximumEntering)
        {
            throw new Trap(LimitedResource.Instances, $"more than {InstanceScope.MaximumEntering} calls wait to begin in one component instance");
        }
        Scope.Entering.AddLast(this);
    }

    /// <summary>Goes on in a turn, when it has left the line of those that can.</summary>
    public void Resume()
    {
        _isReady = false;
        if (!_isStarted)
        {
            if (Scope.Entering.First?.Value == this && MayEnter)
            {
                Scope.Entering.RemoveFirst();
                Start();
            }
            return;
        }
        if (Scope.Exclusive is not null)
        {
            Scope.WaitingForLock.AddLast(Place);
            return;
        }
        WaitableEvent told;
        if (_isCancelPending)
        {
            told = TakeCancellation();
        }
        else if (_set is { } set)
        {
            if (!set.HasEvent)
            {
                set.AddWaiting(this);
                return;
            }
            told = set.TakeEvent();
        }
        else
        {
            told = new WaitableEvent(EventCode.None);
        }
        Call(told);
    }

    /// <summary>It can go on, and waits for that in line.</summary>
    public void MakeReady()
    {
        if (!_isReady)
        {
            LeaveLine();
            _isReady = true;
            Loop.Enqueue(this);
        }
    }

    /// <summary>The caller wants no result any more.</summary>
    public void Cancel()
    {
        if (!_isStarted)
        {
            Scope.Entering.Remove(this);
            Unready();
            Resolve();
            End();
            _caller.Cancelled();

            // It may have been the one that was let in.
            AdmitNext(Scope);
            return;
        }
        _isCancelPending = true;
        if (Scope.Root.CurrentTask == this || Function.Definition.Options.Callback is null || IsInside)
        {
            return;
        }
        if (Scope.Exclusive is not null)
        {
            MakeReady();
            return;
        }
        Unready();
        Call(TakeCancellation());
    }

    /// <summary>Gives the result: <c>task.return</c>, or the return of a function that was lifted without <c>async</c>.</summary>
    /// <exception cref="Trap">It was given before, or something lent was kept.</exception>
    public void Return(object? result)
    {
        CheckResolving();
        Resolve();
        _caller.Returned(result);
    }

    /// <summary>Whether it may give a result now.</summary>
    /// <exception cref="Trap">It may not.</exception>
    public void CheckResolving()
    {
        if (IsResolved)
        {
            throw TaskTraps.Abi("`task.return` or `task.cancel` was called after the task gave its result");
        }
        if (Borrows.Borrows > 0)
        {
            throw TaskTraps.Abi("borrow handles still remain at the end of the call");
        }
    }

    /// <summary>Confirms that there is no result: <c>task.cancel</c>.</summary>
    /// <exception cref="Trap">Nobody wanted that.</exception>
    public void ConfirmCancel()
    {
        if (!IsCancelDelivered)
        {
            throw TaskTraps.Abi("`task.cancel` called by task which has not been cancelled");
        }
        CheckResolving();
        Resolve();
        _caller.Cancelled();
    }

    /// <summary>Lets those begin that wait to, as far as the instance lets them.</summary>
    public static void AdmitNext(InstanceScope scope)
    {
        while (scope.Exclusive is null && scope.WaitingForLock.First is { Value: var waiting })
        {
            waiting.MakeReady();
        }
        if (scope.Entering.First is { Value: var next } && next.MayEnter)
        {
            next.MakeReady();
        }
    }

    private bool IsInside { get; set; }

    private bool MayEnter => Scope.Backpressure == 0 && (!NeedsLock || Scope.Exclusive is null);

    private WaitableEvent TakeCancellation()
    {
        _isCancelPending = false;
        IsCancelDelivered = true;
        return new WaitableEvent(EventCode.TaskCancelled);
    }

    // Below core code that waits inside nothing may be that could go on before it.
    private bool NeedsStack => Scope.MayWait && (Scope.Root.CallsInside > 0 || Loop.IsDrivenByCalls || Loop.MayBeEntered);

    private void Start()
    {
        _isStarted = true;
        if (NeedsStack)
        {
            Loop.Stacks.Run(StartHere);
        }
        else
        {
            StartHere();
        }
    }

    private void StartHere()
    {
        var arguments = _caller.TakeArguments();
        var code = Run((Task: this, Arguments: arguments), static state =>
            ((delegate* managed<LiftedFunction, GuestTask, object?[], int>)state.Task._start)(state.Task.Function, state.Task, state.Arguments));
        FollowUnlessCancelled(code);
    }

    private void Call(WaitableEvent told)
    {
        LeaveSet();
        if (NeedsStack)
        {
            Loop.Stacks.Run(() => CallHere(told));
        }
        else
        {
            CallHere(told);
        }
    }

    private void CallHere(WaitableEvent told) => FollowUnlessCancelled(CallBack(told));

    private int CallBack(WaitableEvent told) => Run((Task: this, Event: told), static state => state.Task.Function.CallBack(state.Event));

    // One that was cancelled while its code ran is told as soon as it would wait, and before any other.
    private void FollowUnlessCancelled(int code)
    {
        while (_isCancelPending && (code & 0xF) is 1 or 2)
        {
            if ((code & 0xF) == 2)
            {
                SetOf(code);
            }
            code = CallBack(TakeCancellation());
        }
        Follow(code);
    }

    private WaitableSet SetOf(int code) => Scope.Handles.GetObject<WaitableSet>((int)((uint)code >> 4), TableKind.WaitableSet);

    /// <summary>Runs core code as this task.</summary>
    private int Run<T>(T state, Func<T, int> code)
    {
        var root = Scope.Root;
        var outerGroup = root.Group;
        root.SwitchTo(_group);
        var (outerTask, outerSlots, outerLock) = (root.CurrentTask, root.ContextSlots, Scope.Exclusive);
        (root.CurrentTask, root.ContextSlots) = (this, _contextSlots);
        if (NeedsLock)
        {
            Scope.Exclusive = this;
        }
        IsInside = true;
        Scope.Enter(Scope);
        var result = code(state);
        Scope.Leave();
        IsInside = false;
        Scope.Exclusive = outerLock;
        _contextSlots = root.ContextSlots;
        (root.CurrentTask, root.ContextSlots) = (outerTask, outerSlots);
        root.SwitchTo(outerGroup);
        return result;
    }

    /// <summary>Does what the core code said: the low bits are what, the rest is the set (CanonicalABI.md, "unpack_callback_result").</summary>
    private void Follow(int code)
    {
        switch (code & 0xF)
        {
            case 0:
                if (!IsResolved)
                {
                    throw TaskTraps.Abi(
                        "async-lifted export failed to produce a result before it ended: `task.return` or `task.cancel` must be called before the task exits");
                }
                End();
                break;
            case 1:
                MakeReady();
                break;
            case 2:
                var set = SetOf(code);
                _set = set;
                set.Waiters++;
                set.AddWaiting(this);
                break;
            default:
                throw TaskTraps.Abi($"unsupported callback code: {code & 0xF}");
        }
        AdmitNext(Scope);
    }

    private void LeaveSet()
    {
        if (_set is { } set)
        {
            set.Waiters--;
            _set = null;

            // It may have been woken for an event that it was not told of.
            set.WakeOne();
        }
    }

    private void Unready()
    {
        LeaveLine();
        _isReady = false;
    }

    private void LeaveLine() => _place?.List?.Remove(_place);

    private void Resolve()
    {
        IsResolved = true;
        Loop.UnresolvedTasks--;
    }

    private void End()
    {
        Loop.LiveTasks--;
        if (_group is not null)
        {
            _group.LiveTasks--;
        }
    }
}
