using System.Runtime.InteropServices;
using Mik.Wasm.Platform;

namespace Mik.Wasm.Execution;

/// <summary>
/// Owns everything that running guests can change: instances, memories, tables, globals and the objects of the host
/// that guests hold references to (core specification 4.2.3). Disposing it gives all native memory back at once.
/// </summary>
/// <remarks>
/// A store is used by one thread at a time; only <see cref="Interrupt"/> may be called from others. Shared memories may be
/// imported in other stores, and live until the last of them is disposed. A store must not be
/// disposed while a guest runs in it, and spans of its memories must not outlive it.
/// </remarks>
public sealed unsafe partial class Store : IDisposable
{
    private readonly IAddressSpace _addressSpace;
    private readonly NativeArena _arena = new();
    private readonly List<ModuleInstance> _instances = [];
    private readonly List<LinearMemory> _memories = [];
    private readonly List<TableInstance> _tables = [];
    private readonly List<GlobalInstance> _globals = [];
    private readonly Dictionary<nint, TagInstance> _tags = [];
    private ExecutionState* _state;
    private GCHandle _handle;

    /// <summary>Makes an empty store.</summary>
    public Store(ExecutionLimits? limits = null)
        : this(limits, AddressSpace.Current)
    {
    }

    internal Store(ExecutionLimits? limits, IAddressSpace addressSpace)
    {
        Limits = limits ?? new ExecutionLimits();
        Budget = new ResourceBudget(Limits.MemoryBytes);
        _addressSpace = addressSpace;
        _state = (ExecutionState*)_arena.Allocate(sizeof(ExecutionState));
        _state->Store = Handle;
    }

    /// <summary>Frees the native memory of a store that nobody disposed.</summary>
    ~Store() => Free();

    /// <summary>What the instances of this store may use.</summary>
    public ExecutionLimits Limits { get; }

    /// <summary>Whether the store was disposed.</summary>
    public bool IsDisposed => _state is null;

    /// <summary>
    /// What the memories to be made will have after the segments of data, in the order in which they are made: known where the same instances were made before,
    /// and no code of the guest ran while they were. Null when it is not known.
    /// </summary>
    internal IReadOnlyList<MemoryImage>? InitialMemories { get; init; }

    internal ExecutionState* State => _state;
    internal NativeArena Arena => _arena;

    /// <summary>Frees all native memory of the store. Its instances cannot be used afterwards.</summary>
    /// <exception cref="InvalidOperationException">A guest is running in the store.</exception>
    public void Dispose()
    {
        if (_state is not null && _state->EntryDepth != 0)
        {
            throw new InvalidOperationException("A store cannot be disposed while a guest runs in it.");
        }
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>What an image of the store is made of, in the order in which it was made.</summary>
    internal (List<LinearMemory> Memories, List<TableInstance> Tables, List<GlobalInstance> Globals, List<ModuleInstance> Instances) Parts =>
        (_memories, _tables, _globals, _instances);

    internal void Own(TagInstance tag) => _tags.Add(tag.Record, tag);

    internal IAddressSpace Own(LinearMemory memory, out MemoryImage? initial)
    {
        initial = InitialMemories is { } images && _memories.Count < images.Count ? images[_memories.Count] : null;
        _memories.Add(memory);
        return _addressSpace;
    }

    /// <summary>Keeps a shared memory of another store until this one is disposed too.</summary>
    internal void Share(LinearMemory memory)
    {
        if (!_memories.Contains(memory))
        {
            memory.AddUser();
            _memories.Add(memory);
        }
    }

    internal void Own(TableInstance table) => _tables.Add(table);

    internal void Own(GlobalInstance global) => _globals.Add(global);

    /// <summary>A weak handle to this store, for native records that lead back to it.</summary>
    internal nint Handle
    {
        get
        {
            if (!_handle.IsAllocated)
            {
                _handle = GCHandle.Alloc(this, GCHandleType.Weak);
            }
            return GCHandle.ToIntPtr(_handle);
        }
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_state is null, this);

    private void Free()
    {
        lock (_interruptGate)
        {
            if (_state is null)
            {
                return;
            }
            _state = null;
        }
        foreach (var instance in _instances)
        {
            instance.Free();
        }
        foreach (var memory in _memories)
        {
            memory.Free();
        }
        foreach (var table in _tables)
        {
            table.Free();
        }
        if (_handle.IsAllocated)
        {
            _handle.Free();
        }
        _arena.Free();
        _instances.Clear();
        _memories.Clear();
        _tables.Clear();
        _globals.Clear();
        _hostFunctions.Clear();
        _externals.Clear();
        _tags.Clear();
        if (_heap is not null)
        {
            _heap.Clear();
            Budget.RemoveReclaimer(_heap.Reclaim);
        }
        _pending = null;
    }
}
