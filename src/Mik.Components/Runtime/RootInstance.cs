using System.Runtime.ExceptionServices;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>
/// What the component instances inside one that the embedder made share: memory, the tasks and the one whose turn it is, and what the host gave. Used by one
/// thread at a time, except <see cref="Interrupt"/>.
/// </summary>
internal sealed class RootInstance(IAdapterSource adapters, bool usesTasks, Store store)
{
    private const int MostDefinitions = 1_000_000;
    private const int DefinitionBytes = 128;
    private const int DefinitionsAtOnce = 64;
    private const int ScopeBytes = 4096;
    private readonly List<InstanceScope> _scopes = [];
    private TaskLoop? _loop;
    private ResourceBudget? _kept;
    private int _definitions;

    /// <summary>The emitted code.</summary>
    public IAdapterSource Adapters => adapters;

    /// <summary>What the instance owns of the engine.</summary>
    public Store Store => store;

    /// <summary>What the host functions are given.</summary>
    public object? HostContext { get; set; }

    /// <summary>The call whose code runs, when the instance serves several; else null.</summary>
    public TaskGroup? Group { get; private set; }

    /// <summary>The call that ended the instance, as far as that was seen.</summary>
    public TaskGroup? FailedGroup { get; private set; }

    /// <summary>Time that functions of the host took for the present request.</summary>
    public TimeSpan HostTime { get; set; }

    /// <summary>When the running call of a function of the host began; counted with <see cref="HostTime"/>.</summary>
    public long HostCallStartedAt { get; set; }

    /// <summary>Whether a function that was imported has been called, so that the state may depend on when and for whom it was made.</summary>
    public bool HasCalledOut { get; set; }

    /// <summary>Whether its calls are tasks.</summary>
    public bool UsesTasks => usesTasks;

    /// <summary>Runs its tasks; one for each request.</summary>
    public TaskLoop Loop => _loop ??= new TaskLoop(this);

    /// <summary>The task whose core code runs; null in a function that is not async.</summary>
    public GuestTask? CurrentTask { get; set; }

    /// <summary>What <c>context.get</c> gives: slot 0 in the low half.</summary>
    public long ContextSlots { get; set; }

    /// <summary>Calls into the instance or one inside it that have begun and not returned; those that an exception ended count for ever.</summary>
    public int CallsInside { get; set; }

    /// <summary>Whether an exception ended an earlier call: there are calls inside, though the host is only now entering.</summary>
    public bool WasLeftByException => IsBroken || CallsInside != 0 && Store.EntryDepth <= 1;

    /// <summary>Whether its tasks were ended while none of them ran.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether nothing goes on in it.</summary>
    public bool IsAtRest => _loop is not { IsAtRest: false };

    /// <summary>Whether no call is inside, and nothing of one is left.</summary>
    public bool IsLeft => CallsInside == 0 && _scopes.TrueForAll(scope => scope.IsAtRest);

    /// <summary>Whether none of its instances has handles.</summary>
    public bool HasNoHandles => _scopes.TrueForAll(scope => scope.Handles.IsEmpty);

    /// <summary>Ends the running call, and every later one. May be called from any thread, at any time.</summary>
    public void Interrupt(string reason)
    {
        Store.Interrupt(reason);
        Volatile.Read(ref _loop)?.Interrupt();
    }

    /// <summary>What the host still does for the guest changes nothing in it from now on.</summary>
    public void CloseLoop()
    {
        _loop?.Close();
        _loop = null;
        (CurrentTask, ContextSlots) = (null, 0);
        (Group, FailedGroup, _kept) = (null, null, null);
    }

    /// <summary>From now on it may serve several calls.</summary>
    /// <param name="kept">What is charged for what calls leave behind.</param>
    public void Share(ResourceBudget kept)
    {
        HostContext = null;
        _kept = kept;
        Store.DrawOnlyOn(kept);
    }

    /// <summary>Code of another call runs from now on; null is none.</summary>
    /// <exception cref="Trap">The call's budget does not allow what the instance has by now.</exception>
    public void SwitchTo(TaskGroup? group)
    {
        if (group != Group)
        {
            Change(group);
        }
    }

    /// <summary>What each call is charged for the instance: all that it has, and what earlier calls left in it.</summary>
    public long OwnBytes => Store.OwnBytes + (_kept?.Used ?? 0);

    /// <summary>Whether another call would begin at once.</summary>
    public bool LetsCallsBegin => _scopes.TrueForAll(static scope => scope.IsAtRest && scope.Exclusive is null);

    /// <summary>Remembers whose code failed; always true.</summary>
    public bool NoteFailure()
    {
        FailedGroup ??= Group;
        return true;
    }

    /// <summary>Takes over a new component instance, the root or one inside.</summary>
    /// <exception cref="Trap">There are too many.</exception>
    public void Own(InstanceScope scope)
    {
        if (_scopes.Count >= Store.Limits.Instances)
        {
            throw new Trap(LimitedResource.Instances, $"more than {Store.Limits.Instances} component instances");
        }
        Store.ChargeInstances(ScopeBytes);
        _scopes.Add(scope);
    }

    /// <summary>
    /// Counts a step of instantiation. Components that instantiate others several times over multiply; the count and the
    /// deadline end that.
    /// </summary>
    /// <exception cref="Trap">There were too many, or the instance was interrupted.</exception>
    public void CountDefinition()
    {
        if (++_definitions > MostDefinitions)
        {
            throw new Trap(LimitedResource.Instances, $"more than {MostDefinitions} definitions in all component instances");
        }
        if (_definitions % DefinitionsAtOnce == 0)
        {
            Store.ChargeInstances(DefinitionsAtOnce * DefinitionBytes);
        }
        if (Store.IsInterrupted)
        {
            throw Store.InterruptTrap();
        }
    }

    /// <summary>Another stack gets the turn: takes along what belongs to this one.</summary>
    public StackState LeaveStack()
    {
        List<(InstanceScope Scope, List<int> Lends)>? lends = null;
        foreach (var scope in _scopes)
        {
            if (scope.Lends.Count > 0)
            {
                (lends ??= []).Add((scope, scope.Lends));
                scope.Lends = [];
            }
        }
        var state = new StackState(Store.Suspend(), CurrentTask, ContextSlots, CallsInside, Group, lends);
        (CurrentTask, ContextSlots, CallsInside) = (null, 0, 0);
        return state;
    }

    /// <summary>The stack has the turn again.</summary>
    public void EnterStack(in StackState state)
    {
        Store.Resume(state.Entry);
        SwitchTo(state.Group);
        (CurrentTask, ContextSlots, CallsInside) = (state.Task, state.ContextSlots, state.CallsInside);
        foreach (var (scope, lends) in state.Lends ?? [])
        {
            scope.Lends = lends;
        }
    }

    /// <summary>Disposes the host's resources that its guests still own.</summary>
    /// <exception cref="Exception">What the first of them threw that did, when all are disposed.</exception>
    public void DisposeResources() => ThrowFirst(static scope => scope.Handles.DisposeResources());

    /// <summary>Frees everything.</summary>
    /// <exception cref="Exception">What the first resource of the host threw that did, when all are disposed.</exception>
    public void Free()
    {
        CloseLoop();
        try
        {
            ThrowFirst(static scope => scope.Free());
        }
        finally
        {
            _scopes.Clear();
            Store.Dispose();
        }
    }

    private void Change(TaskGroup? group)
    {
        if (Group is { } left)
        {
            left.Share = OwnBytes;
        }
        Group = group;
        HostContext = group?.Context;
        Store.DrawOnlyOn(group?.Budget ?? _kept!);
        if (group is not null)
        {
            // Each pays for all of the instance, as if it were its own.
            var more = OwnBytes - group.Share;
            if (more > 0)
            {
                group.Budget.Charge(LimitedResource.Memory, more);
            }
            else
            {
                group.Budget.Release(-more);
            }
        }
    }

    private void ThrowFirst(Func<InstanceScope, Exception?> dispose)
    {
        Exception? failure = null;
        foreach (var scope in _scopes)
        {
            var one = dispose(scope);
            failure ??= one;
        }
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
