using System.Runtime.ExceptionServices;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;
using Mik.Wasm.Platform;

namespace Mik.Components.Linking;

/// <summary>What an instance may use and what its host functions are given.</summary>
public sealed record InstanceOptions
{
    /// <summary>Limits of memory, tables and stack.</summary>
    public ExecutionLimits? Limits { get; init; }

    /// <summary>What the instance draws on, if others do so too; one of its own when it is left out.</summary>
    public ResourceBudget? Budget { get; init; }

    /// <summary>The object that host functions get when their first parameter is of its class.</summary>
    public object? HostContext { get; init; }

    /// <summary>What the memories have when the instance is made; null when that is not known.</summary>
    internal IReadOnlyList<MemoryImage>? InitialMemories { get; init; }

    /// <summary>Interrupts the instance, its start functions included, when cancelled.</summary>
    public CancellationToken CancellationToken { get; init; }
}

/// <summary>
/// A running component. It owns all its memory; disposing it frees everything at once and disposes the host's resources that
/// the guest still owns. Used by one thread at a time, except <see cref="Interrupt"/>.
/// </summary>
public sealed class ComponentInstance : IDisposable
{
    private const int MostDefinitions = 1_000_000;
    private const int DefinitionBytes = 128;
    private const int DefinitionsAtOnce = 64;
    private const int ScopeBytes = 4096;
    private readonly List<InstanceScope> _scopes = [];
    private CancellationTokenRegistration _cancellation;
    private StoreImage? _image;
    private InstanceItems _exports = [];
    private TaskLoop? _loop;
    private int _definitions;

    internal ComponentInstance(CompiledComponent compiled, InstanceOptions options)
    {
        Compiled = compiled;
        UsesTasks = compiled.Component.UsesTasks;
        Store = new Store(options.Limits) { InitialMemories = options.InitialMemories };
        Serve(options.HostContext, options.Budget ?? Store.Budget, options.CancellationToken);
    }

    /// <summary>What it is an instance of.</summary>
    public CompiledComponent Compiled { get; }

    /// <summary>What the host functions are given.</summary>
    public object? HostContext { get; private set; }

    /// <summary>Bytes that the guest's memories have now.</summary>
    public long MemoryBytes => Store.MemoryBytes;

    /// <summary>
    /// Time that functions of the host took for the present request, values lifted and lowered; none unless the component was compiled to count it.
    /// </summary>
    public TimeSpan HostTime { get; internal set; }

    internal Store Store { get; }

    /// <summary>When the running call of a function of the host began; counted with <see cref="HostTime"/>.</summary>
    internal long HostCallStartedAt { get; set; }

    /// <summary>Whether a function that was imported has been called, so that the state may depend on when and for whom it was made.</summary>
    internal bool HasCalledOut { get; set; }

    /// <summary>The exports.</summary>
    internal InstanceItems Exports => _exports;

    /// <summary>
    /// Ends the running call, and every later one, with a trap of kind <see cref="TrapKind.Interrupted"/>. May be called from
    /// any thread, at any time; waits of the host inside the call are the host's to end.
    /// </summary>
    /// <param name="reason">The trap's message.</param>
    public void Interrupt(string reason)
    {
        Store.Interrupt(reason);
        Volatile.Read(ref _loop)?.Interrupt();
    }

    /// <summary>The exported function with this exact name, or null.</summary>
    public ComponentFunction? GetFunction(string name) => _exports.GetValueOrDefault(name) as ComponentFunction;

    /// <summary>The function of an exported interface, or null.</summary>
    /// <param name="interfaceName">The interface; without version, or with one of the same track as the export's.</param>
    /// <param name="name">The function.</param>
    public ComponentFunction? GetFunction(string interfaceName, string name)
    {
        var export = Compiled.FindExport(interfaceName);
        return export is not null && _exports[export] is InstanceItems items ? items.GetValueOrDefault(name) as ComponentFunction : null;
    }

    /// <summary>Frees everything. An exception that a resource of the host throws comes at the end, when all are disposed.</summary>
    public void Dispose()
    {
        // Waits for a running callback, so that nothing interrupts a store that is gone.
        _cancellation.Dispose();
        CloseLoop();
        Exception? failure = null;
        foreach (var scope in _scopes)
        {
            failure = scope.Free() ?? failure;
        }
        _scopes.Clear();
        _exports = [];
        Store.Dispose();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>What the memories go back to; null when the instance was not captured.</summary>
    internal StoreImage? Image => _image;

    /// <summary>
    /// Keeps the present state, to which <see cref="TryGoBack"/> leads. False when it is nothing to go back to: a function of the host had a part in it, or
    /// something of it is not the instance's own.
    /// </summary>
    /// <param name="sibling">The image of another instance of the component.</param>
    internal bool TryCapture(StoreImage? sibling)
    {
        if (HasCalledOut || CallsInside != 0 || !_scopes.TrueForAll(scope => scope.IsAtRest && scope.Handles.IsEmpty))
        {
            return false;
        }
        _image = StoreImage.TryCapture(Store, sibling);
        return _image is not null;
    }

    /// <summary>From now on it works for another request.</summary>
    /// <exception cref="Trap">The budget does not allow what the instance has.</exception>
    internal void Serve(object? hostContext, ResourceBudget budget, CancellationToken cancellationToken)
    {
        Store.DrawOn(budget);
        HostContext = hostContext;
        HostTime = default;
        _cancellation = cancellationToken.UnsafeRegister(
            static instance => ((ComponentInstance)instance!).Interrupt("the deadline passed, or nobody waits for the answer any more"), this);
    }

    /// <summary>
    /// Ends the work for a request and goes back to the captured state. False when it cannot: it was interrupted, or a call was ended by an exception; then it
    /// must be disposed.
    /// </summary>
    /// <exception cref="Exception">What a resource of the host threw when it was disposed. The instance must be disposed then, too.</exception>
    internal bool TryGoBack()
    {
        // Waits for a running callback, so that nothing interrupts the next request.
        _cancellation.Dispose();
        _cancellation = default;
        var isAtRest = _loop is not { IsAtRest: false };
        CloseLoop();
        HostContext = null;
        if (_image is null || !isAtRest || Store.IsInterrupted || CallsInside != 0 || !_scopes.TrueForAll(scope => scope.IsAtRest))
        {
            return false;
        }
        Exception? failure = null;
        foreach (var scope in _scopes)
        {
            failure = scope.Handles.DisposeResources() ?? failure;
        }
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
        _image.Restore();
        return true;
    }

    /// <summary>What the host still does for the guest changes nothing in it from now on.</summary>
    private void CloseLoop()
    {
        _loop?.Stacks.Abandon();
        _loop?.Close();
        _loop = null;
        (CurrentTask, ContextSlots) = (null, 0);
    }

    /// <summary>Takes over a new component instance, the root or one inside.</summary>
    /// <exception cref="Trap">There are too many.</exception>
    internal void Own(InstanceScope scope)
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
    internal void CountDefinition()
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

    internal void Start(Dictionary<string, object> imports) =>
        _exports = Instantiator.Instantiate(this, new ComponentItem(Compiled.Component, null), null, imports);

    /// <summary>Whether its calls are tasks.</summary>
    internal bool UsesTasks { get; }

    /// <summary>Runs its tasks; one for each request.</summary>
    internal TaskLoop Loop => _loop ??= new TaskLoop(this);

    /// <summary>The task whose core code runs; null in a function that is not async.</summary>
    internal GuestTask? CurrentTask { get; set; }

    /// <summary>What <c>context.get</c> gives: slot 0 in the low half.</summary>
    internal long ContextSlots { get; set; }

    /// <summary>Calls into the instance or one inside it that have begun and not returned; those that an exception ended count for ever.</summary>
    internal int CallsInside { get; set; }

    /// <summary>Whether an exception ended an earlier call: there are calls inside, though the host is only now entering.</summary>
    internal bool WasLeftByException => IsBroken || CallsInside != 0 && Store.EntryDepth <= 1;

    /// <summary>Whether its tasks were ended while none of them ran.</summary>
    internal bool IsBroken { get; set; }

    /// <summary>Another stack gets the turn: takes along what belongs to this one.</summary>
    internal StackState LeaveStack()
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
        var state = new StackState(Store.Suspend(), CurrentTask, ContextSlots, CallsInside, lends);
        (CurrentTask, ContextSlots, CallsInside) = (null, 0, 0);
        return state;
    }

    /// <summary>The stack has the turn again.</summary>
    internal void EnterStack(in StackState state)
    {
        Store.Resume(state.Entry);
        (CurrentTask, ContextSlots, CallsInside) = (state.Task, state.ContextSlots, state.CallsInside);
        foreach (var (scope, lends) in state.Lends ?? [])
        {
            scope.Lends = lends;
        }
    }

    /// <summary>Begins a call from the host; <see cref="EndCall"/> must follow.</summary>
    /// <exception cref="Trap">The instance was interrupted.</exception>
    internal void BeginCall() => _ = Store.Enter();

    /// <summary>Ends a call from the host.</summary>
    internal void EndCall() => Store.Leave();
}
