using System.Runtime.InteropServices;
using Mik.Components.CanonicalAbi;
using Mik.Components.Model;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;

namespace Mik.Components.Linking;

/// <summary>
/// The runtime state of one component instance, nested ones included (CanonicalABI.md, "ComponentInstance"): its index
/// spaces, its handles, and whether calls may enter and leave it.
/// </summary>
internal sealed unsafe class InstanceScope
{
    private readonly InstanceScope? _parent;
    private readonly RuntimeResource?[] _resources;
    private ScopeRecord* _record;
    private GCHandle _handle;

    /// <summary>Makes an instance without items.</summary>
    /// <param name="root">The instance that the embedder sees.</param>
    /// <param name="component">The component.</param>
    /// <param name="parent">The component instance that instantiates this one.</param>
    /// <param name="enclosing">The instance of the component in whose text this one's stands, for outer aliases.</param>
    public InstanceScope(ComponentInstance root, Component component, InstanceScope? parent, InstanceScope? enclosing)
    {
        Root = root;
        Component = component;
        _parent = parent;
        Enclosing = enclosing;
        _resources = new RuntimeResource?[component.Resources.Length];
    }

    public ComponentInstance Root { get; }

    public Component Component { get; }

    public InstanceScope? Enclosing { get; }

    public HandleTable Handles { get; } = new();

    /// <summary>Indices of handles that are lent to running calls, in order of the calls.</summary>
    public List<int> Lends { get; } = [];

    /// <summary>False while <c>realloc</c> or <c>post-return</c> runs.</summary>
    public bool MayLeave { get; set; } = true;

    /// <summary>False while a call is inside; stays false when it ends by an exception, which closes the instance for good.</summary>
    public bool MayEnter { get; private set; } = true;

    /// <summary>Whether no call is inside, and none was ended by an exception.</summary>
    public bool IsAtRest => MayEnter && MayLeave && Lends.Count == 0;

    public List<FunctionInstance> CoreFunctions { get; } = [];
    public List<nint> CoreFunctionReferences { get; } = [];
    public List<TableInstance> CoreTables { get; } = [];
    public List<LinearMemory> CoreMemories { get; } = [];
    public List<nint> MemoryRecords { get; } = [];
    public List<GlobalInstance> CoreGlobals { get; } = [];
    public List<CompiledModule> CoreModules { get; } = [];
    public List<CoreInstance> CoreInstances { get; } = [];
    public List<ComponentFunction> Functions { get; } = [];
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

    /// <summary>The resource type that a variable of the component's types stands for.</summary>
    public RuntimeResource ResourceAt(int slot) => _resources[slot] ??= FindResource(Component.Resources[slot]);

    /// <summary>
    /// Refuses calls between an instance and those around it, in either direction. The specification's text has begun to
    /// allow them ("donut wrapping"); its tests still want the trap.
    /// </summary>
    /// <exception cref="Trap">One of the two instances is the other or contains it.</exception>
    public void RefuseKin(InstanceScope? caller)
    {
        if (caller is not null && (Encloses(this, caller) || Encloses(caller, this)))
        {
            throw new Trap(TrapKind.CanonicalAbi, "cannot enter component instance");
        }
    }

    /// <summary>Begins a call into this instance; the host is caller null.</summary>
    /// <exception cref="Trap">A call is inside already, or one was ended by a trap.</exception>
    public void Enter(InstanceScope? caller)
    {
        for (var scope = this; scope is not null && !Encloses(scope, caller); scope = scope._parent)
        {
            if (!scope.MayEnter)
            {
                throw new Trap(TrapKind.CanonicalAbi, "cannot enter component instance");
            }
        }
        for (var scope = this; scope is not null && !Encloses(scope, caller); scope = scope._parent)
        {
            scope.MayEnter = false;
        }
    }

    /// <summary>Ends a call into this instance.</summary>
    public void Leave(InstanceScope? caller)
    {
        for (var scope = this; scope is not null && !Encloses(scope, caller); scope = scope._parent)
        {
            scope.MayEnter = true;
        }
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

    private static bool Encloses(InstanceScope scope, InstanceScope? caller)
    {
        for (; caller is not null; caller = caller._parent)
        {
            if (caller == scope)
            {
                return true;
            }
        }
        return false;
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
