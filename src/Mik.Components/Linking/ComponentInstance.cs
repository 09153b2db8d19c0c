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
    private readonly RootInstance _root;
    private CancellationTokenRegistration _cancellation;
    private StoreImage? _image;
    private InstanceItems _exports = [];

    internal ComponentInstance(CompiledComponent compiled, InstanceOptions options)
    {
        Compiled = compiled;
        _root = new RootInstance(
            compiled.Adapters, compiled.Component.UsesTasks, new Store(options.Limits) { InitialMemories = options.InitialMemories });
        Serve(options.HostContext, options.Budget ?? _root.Store.Budget, options.CancellationToken);
    }

    /// <summary>What it is an instance of.</summary>
    public CompiledComponent Compiled { get; }

    /// <summary>What the host functions are given.</summary>
    public object? HostContext => _root.HostContext;

    /// <summary>Bytes that the guest's memories have now.</summary>
    public long MemoryBytes => _root.Store.MemoryBytes;

    /// <summary>
    /// Time that functions of the host took for the present request, values lifted and lowered; none unless the component was compiled to count it.
    /// </summary>
    public TimeSpan HostTime => _root.HostTime;

    /// <summary>What the instances inside it share.</summary>
    internal RootInstance Root => _root;

    /// <summary>Runs its tasks; one for each request.</summary>
    internal TaskLoop Loop => _root.Loop;

    /// <summary>The exports.</summary>
    internal InstanceItems Exports => _exports;

    /// <summary>
    /// Ends the running call, and every later one, with a trap of kind <see cref="TrapKind.Interrupted"/>. May be called from
    /// any thread, at any time; waits of the host inside the call are the host's to end.
    /// </summary>
    /// <param name="reason">The trap's message.</param>
    public void Interrupt(string reason) => _root.Interrupt(reason);

    /// <summary>The exported function with this exact name, or null.</summary>
    public ComponentFunction? GetFunction(string name) => FunctionOf(_exports, name);

    /// <summary>The function of an exported interface, or null.</summary>
    /// <param name="interfaceName">The interface; without version, or with one of the same track as the export's.</param>
    /// <param name="name">The function.</param>
    public ComponentFunction? GetFunction(string interfaceName, string name) =>
        Compiled.FindExport(interfaceName) is { } export && _exports[export] is InstanceItems items ? FunctionOf(items, name) : null;

    /// <summary>Frees everything. An exception that a resource of the host throws comes at the end, when all are disposed.</summary>
    public void Dispose()
    {
        // Waits for a running callback, so that nothing interrupts a store that is gone.
        _cancellation.Dispose();
        _exports = [];
        _root.Free();
    }

    /// <summary>What the memories go back to; null when the instance was not captured.</summary>
    internal StoreImage? Image => _image;

    /// <summary>
    /// Keeps the present state, to which <see cref="TryReset"/> leads. False when it is nothing to go back to: a function of the host had a part in it, or
    /// something of it is not the instance's own.
    /// </summary>
    /// <param name="sibling">The image of another instance of the component.</param>
    /// <param name="maximumBytes">What it may take besides the sibling's; when it takes more, it is not kept.</param>
    internal bool TryCapture(StoreImage? sibling, long maximumBytes = long.MaxValue)
    {
        if (_root.HasCalledOut || !_root.IsLeft || !_root.HasNoHandles)
        {
            return false;
        }
        _image = StoreImage.TryCapture(_root.Store, sibling, maximumBytes);
        return _image is not null;
    }

    /// <summary>From now on it works for another request.</summary>
    /// <exception cref="Trap">The budget does not allow what the instance has.</exception>
    internal void Serve(object? hostContext, ResourceBudget budget, CancellationToken cancellationToken)
    {
        _root.Store.DrawOn(budget);
        _root.HostContext = hostContext;
        _root.HostTime = default;
        _cancellation = cancellationToken.UnsafeRegister(
            static root => ((RootInstance)root!).Interrupt("the deadline passed, or nobody waits for the answer any more"), _root);
    }

    /// <summary>From now on it may serve several calls; the one that it was made for stops nothing any more.</summary>
    /// <param name="kept">What is charged for what calls leave behind.</param>
    internal void Share(ResourceBudget kept)
    {
        _cancellation.Dispose();
        _cancellation = default;
        _root.Share(kept);
    }

    /// <summary>
    /// Ends the work for a request and goes back to the captured state. False when it cannot: it was interrupted, or a call was ended by an exception; then it
    /// must be disposed.
    /// </summary>
    /// <exception cref="Exception">What a resource of the host threw when it was disposed. The instance must be disposed then, too.</exception>
    internal bool TryReset()
    {
        // Waits for a running callback, so that nothing interrupts the next request.
        _cancellation.Dispose();
        _cancellation = default;
        var isAtRest = _root.IsAtRest;
        _root.CloseLoop();
        _root.HostContext = null;
        if (_image is null || !isAtRest || _root.Store.IsInterrupted || !_root.IsLeft)
        {
            return false;
        }
        _root.DisposeResources();
        _image.Restore();
        return true;
    }

    internal void Start(Dictionary<string, object> imports) =>
        _exports = Instantiator.Instantiate(Compiled, _root, new ComponentItem(Compiled.Component, null), null, imports);

    /// <summary>Begins a call from the host; <see cref="EndCall"/> must follow.</summary>
    /// <exception cref="Trap">The instance was interrupted.</exception>
    internal void BeginCall() => _ = _root.Store.Enter();

    /// <summary>Ends a call from the host.</summary>
    internal void EndCall() => _root.Store.Leave();

    private static ComponentFunction? FunctionOf(InstanceItems items, string name) =>
        items.GetValueOrDefault(name) is LinkedFunction linked ? new ComponentFunction(linked) : null;
}
