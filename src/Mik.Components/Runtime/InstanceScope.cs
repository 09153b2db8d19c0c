using System.Runtime.InteropServices;
using Mik.Components.Model;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;

namespace Mik.Components.Runtime;

/// <summary>
/// The runtime state of one component instance, nested ones included (CanonicalABI.md, "ComponentInstance"): its index
/// spaces, its handles, and whether calls may enter and leave it.
/// </summary>
internal sealed unsafe class InstanceScope
{
    /// <summary>Most calls that wait to begin.</summary>
    public const int MaximumEntering = 1000;

    private readonly RuntimeResource?[] _resources;
    private readonly Dictionary<ComponentValueType, ElementType> _elements = [];
    private bool? _mayWait;
    private ScopeRecord* _record;
    private GCHandle _handle;

    /// <summary>Makes an instance without items.</summary>
    /// <param name="root">The instance that the embedder sees.</param>
    /// <param name="component">The component.</param>
    /// <param name="enclosing">The instance of the component in whose text this one's stands, for outer aliases.</param>
    public InstanceScope(RootInstance root, Component component, InstanceScope? enclosing)
    {
        Root = root;
        Component = component;
        Enclosing = enclosing;
        Handles = new HandleTable(root.Store);
        _resources = new RuntimeResource?[component.Resources.Length];
    }

    public RootInstance Root { get; }

    public Component Component { get; }

    public InstanceScope? Enclosing { get; }

    public HandleTable Handles { get; }

    /// <summary>Indices of handles that are lent to running calls, in order of the calls.</summary>
    public List<int> Lends { get; set; } = [];

    /// <summary>False while <c>realloc</c> or <c>post-return</c> runs.</summary>
    public bool MayLeave { get; set; } = true;

    /// <summary>Whether nothing is lent, and neither <c>realloc</c> nor <c>post-return</c> runs, and it lets calls begin.</summary>
    public bool IsAtRest => MayLeave && Lends.Count == 0 && Backpressure == 0 && Entering.Count == 0;

    /// <summary>Above zero no async function begins.</summary>
    public int Backpressure { get; set; }

    /// <summary>The task whose core code runs, or waits inside: no other runs until it ends or gives its thread back.</summary>
    public GuestTask? Exclusive { get; set; }

    /// <summary>Tasks that wait to begin.</summary>
    public LinkedList<GuestTask> Entering { get; } = new();

    /// <summary>Tasks that go on when none is exclusive any more.</summary>
    public LinkedList<GuestTask> WaitingForLock { get; } = new();

    /// <summary>The built-ins of async components that were defined, by <see cref="CanonBuiltIn.Slot"/>.</summary>
    public List<BuiltInInstance> BuiltIns { get; } = [];

    public List<FunctionInstance> CoreFunctions { get; } = [];
    public List<nint> CoreFunctionReferences { get; } = [];
    public List<TableInstance> CoreTables { get; } = [];
    public List<LinearMemory> CoreMemories { get; } = [];
    public List<nint> MemoryRecords { get; } = [];
    public List<GlobalInstance> CoreGlobals { get; } = [];
    public List<TagInstance> CoreTags { get; } = [];
    public List<CompiledModule> CoreModules { get; } = [];
    public List<CoreInstance> CoreInstances { get; } = [];
    public List<LinkedFunction> Functions { get; } = [];
    public List<InstanceItems> Instances { get; } = [];
    public List<ComponentItem> Components { get; } = [];
    public List<TypeItem> Types { get; } = [];

    /// <summary>Adds a core function, and its record for adapters.</summary>
    public void Add(FunctionInstance function)
    {
        CoreFunctions.Add(function);
        CoreFunctionReferences.Add((nint)function.Reference);
    }

    /// <summary>Adds a memory, and its record for adapters.</summary>
    public void Add(LinearMemory memory)
    {
        CoreMemories.Add(memory);
        MemoryRecords.Add((nint)memory.Record);
    }

    /// <summary>The context block that this instance's adapters get.</summary>
    public nint Record
    {
        get
        {
            if (_record is null)
            {
                _handle = GCHandle.Alloc(this, GCHandleType.Weak);
                _record = (ScopeRecord*)Root.Store.Arena.Allocate(sizeof(ScopeRecord));
                _record->State = Root.Store.State;
                _record->Scope = GCHandle.ToIntPtr(_handle);
            }
            return (nint)_record;
        }
    }

    /// <summary>What goes through a stream or future of this type here.</summary>
    public ElementType ElementOf(ComponentValueType? type)
    {
        if (type is null || (type.Facts.Contains & TypeContents.Resource) == TypeContents.None)
        {
            return Root.Adapters.ElementOf(type);
        }
        if (!_elements.TryGetValue(type, out var element))
        {
            _elements[type] = element = new ElementType(type, this);
        }
        return element;
    }

    /// <summary>The resource type that a variable of the component's types stands for.</summary>
    public RuntimeResource ResourceAt(int slot) => _resources[slot] ??= FindResource(Component.Resources[slot]);

    /// <summary>
    /// Begins a call into this instance; the host is caller null. Instances may be entered again, by a child, a parent, a sibling or themselves
    /// (CanonicalABI.md, "Component Instance State").
    /// </summary>
    /// <exception cref="Trap">An earlier call was ended by an exception, which closes the whole of the instance for good.</exception>
    public void Enter(InstanceScope? caller)
    {
        if (caller?.Root != Root && Root.WasLeftByException)
        {
            throw new Trap(TrapKind.CanonicalAbi, "cannot enter component instance");
        }
        Root.CallsInside++;
    }

    /// <summary>Ends a call into this instance.</summary>
    public void Leave() => Root.CallsInside--;

    /// <summary>Whether core code that begins here may wait inside, in this instance or in one that it calls: then it needs a stack that can do so.</summary>
    public bool MayWait => _mayWait ??= FindWhetherItMayWait([]);

    private bool FindWhetherItMayWait(HashSet<InstanceScope> seen)
    {
        if (!seen.Add(this))
        {
            return false;
        }
        var callees = Functions.OfType<LiftedFunction>().Where(function => function.Scope.Root == Root).ToArray();
        return Array.Exists(callees, function => function.Scope == this && function.Type.IsAsync && function.Definition.Options.Callback is null)
            || BuiltIns.Exists(builtIn => builtIn.WaitsInside(Array.Exists(callees, function => function.Scope != this)))
            || Component.HasSyncLowerOfAsync
            || Array.Exists(callees, function => function.Scope != this && function.Scope.FindWhetherItMayWait(seen));
    }

    /// <summary>Frees what the garbage collector does not know of, and disposes host resources that the guest still owns.</summary>
    /// <returns>The first exception that a resource threw.</returns>
    public Exception? Free()
    {
        if (_handle.IsAllocated)
        {
            _handle.Free();
        }
        return Handles.DisposeResources();
    }

    private RuntimeResource FindResource(ResourceVariable variable)
    {
        if (variable.TypeIndex >= 0)
        {
            return Types[variable.TypeIndex].Resource!;
        }
        var items = Instances[variable.InstanceIndex];
        foreach (var name in variable.Path.AsSpan(0, variable.Path.Length - 1))
        {
            items = (InstanceItems)items[name];
        }
        return ((TypeItem)items[variable.Path[^1]]).Resource!;
    }
}
