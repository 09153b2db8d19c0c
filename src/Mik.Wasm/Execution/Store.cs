using System.Runtime.InteropServices;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;
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
public sealed unsafe class Store : IDisposable
{
    private readonly Lock _interruptGate = new();
    private readonly IAddressSpace _addressSpace;
    private readonly NativeArena _arena = new();
    private readonly List<ModuleInstance> _instances = [];
    private readonly List<LinearMemory> _memories = [];
    private readonly List<TableInstance> _tables = [];
    private readonly List<GlobalInstance> _globals = [];
    private readonly List<HostFunction> _hostFunctions = [];
    private readonly List<object> _externals = [];
    private readonly Dictionary<nint, TagInstance> _tags = [];
    private GuestHeap? _heap;
    private object? _pending;
    private string? _thrower;
    private const int ExternalBytes = 16;

    private ExecutionState* _state;
    private GCHandle _handle;
    private long _memoryBytes;
    private long _tableElements;
    private long _instanceBytes;
    private int _enteredThread;
    private string? _interruptReason;
    private CancellationTokenSource? _interruptSource;

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

    /// <summary>Whether <see cref="Interrupt"/> was called.</summary>
    public bool IsInterrupted => Volatile.Read(ref _interruptReason) is not null;

    /// <summary>Whether the store was disposed.</summary>
    public bool IsDisposed => _state is null;

    /// <summary>What is used of the limits in bytes, by the store and by the host for it.</summary>
    public ResourceBudget Budget { get; private set; }

    /// <summary>
    /// What the memories to be made will have after the segments of data, in the order in which they are made: known where the same instances were made before,
    /// and no code of the guest ran while they were. Null when it is not known.
    /// </summary>
    internal IReadOnlyList<MemoryImage>? InitialMemories { get; init; }

    /// <summary>Whether code of a guest has run.</summary>
    internal bool HasRunCode { get; private set; }

    /// <summary>Bytes that all linear memories have now.</summary>
    public long MemoryBytes => Volatile.Read(ref _memoryBytes);

    /// <summary>Cancelled by <see cref="Interrupt"/>: for waits of the guest.</summary>
    internal CancellationToken InterruptToken
    {
        get
        {
            lock (_interruptGate)
            {
                return IsInterrupted ? new CancellationToken(canceled: true) : (_interruptSource ??= new()).Token;
            }
        }
    }

    internal ExecutionState* State => _state;
    internal NativeArena Arena => _arena;

    /// <summary>
    /// Ends the running guest, and every later call into this store, with a trap of kind
    /// <see cref="TrapKind.Interrupted"/>. May be called from any thread, at any time, more than once.
    /// </summary>
    /// <param name="reason">The trap's message; the first reason stays.</param>
    public void Interrupt(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        CancellationTokenSource? waits;
        // Disposing takes the same lock, so the state cannot be freed between the test and the writes.
        lock (_interruptGate)
        {
            if (_interruptReason is not null || _state is null)
            {
                return;
            }
            Volatile.Write(ref _interruptReason, reason);
            // Flag first: whoever sets the stack limit looks at the flag afterwards (see Enter).
            Volatile.Write(ref _state->Interrupt, 1);
            Interlocked.MemoryBarrier();
            Volatile.Write(ref _state->StackLimit, nuint.MaxValue);
            waits = _interruptSource;
        }
        waits?.Cancel();
    }

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

    /// <summary>Calls from the host into the guest that have not returned; more than one when the guest called the host in between.</summary>
    internal int EntryDepth => _state is null ? 0 : _state->EntryDepth;

    /// <summary>Begins a call into the guest; the scope ends it.</summary>
    /// <exception cref="Trap">The store was interrupted.</exception>
    internal EntryScope Enter()
    {
        ThrowIfDisposed();
        var thread = Environment.CurrentManagedThreadId;
        if (_state->EntryDepth == 0)
        {
            if (Interlocked.CompareExchange(ref _enteredThread, thread, 0) != 0)
            {
                ThrowWrongThread();
            }
            HasRunCode = true;
            byte here;
            var limit = (nuint)(&here) - (nuint)Limits.StackBytes;
            Volatile.Write(ref _state->StackLimit, Math.Max(limit, ThreadStack.GuestLimit));
            Interlocked.MemoryBarrier();
        }
        else if (_enteredThread != thread)
        {
            ThrowWrongThread();
        }
        _state->EntryDepth++;
        if (Volatile.Read(ref _state->Interrupt) != 0)
        {
            // The write above may have come after the interrupter's.
            Volatile.Write(ref _state->StackLimit, nuint.MaxValue);
            Leave();
            throw InterruptTrap();
        }
        return new EntryScope(this);
    }

    internal void Leave()
    {
        if (--_state->EntryDepth == 0)
        {
            Volatile.Write(ref _enteredThread, 0);
        }
    }

    /// <summary>The thread that is in the store gives it away, to go on with it later by <see cref="Resume"/>.</summary>
    internal StoreEntry Suspend()
    {
        var entry = new StoreEntry(_state->EntryDepth, _enteredThread, Volatile.Read(ref _state->StackLimit));
        _state->EntryDepth = 0;
        Volatile.Write(ref _enteredThread, 0);
        return entry;
    }

    /// <summary>The thread that gave the store away has it again.</summary>
    internal void Resume(StoreEntry entry)
    {
        Volatile.Write(ref _enteredThread, entry.Thread);
        _state->EntryDepth = entry.Depth;
        Volatile.Write(ref _state->StackLimit, entry.StackLimit);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _state->Interrupt) != 0)
        {
            Volatile.Write(ref _state->StackLimit, nuint.MaxValue);
        }
    }

    /// <summary>From now on the store draws on another budget, beginning with what it has. What it drew on before is left to its owner.</summary>
    /// <exception cref="Trap">The budget does not allow what the store has.</exception>
    internal void DrawOn(ResourceBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        budget.Charge(LimitedResource.Memory, OwnBytes);
        Take(budget);
    }

    /// <summary>What the store itself has been charged.</summary>
    internal long OwnBytes => Volatile.Read(ref _memoryBytes) + (_tableElements * sizeof(nint)) + _instanceBytes + (_heap?.Bytes ?? 0);

    /// <summary>From now on the store draws on another budget. What it has is settled by the caller.</summary>
    internal void DrawOnlyOn(ResourceBudget budget)
    {
        Budget.Reclaimer = null;
        Take(budget);
    }

    private void Take(ResourceBudget budget)
    {
        Budget = budget;
        if (_heap is not null)
        {
            budget.Reclaimer = _heap.Reclaim;
        }
    }

    internal Trap InterruptTrap(int? position = null) => new(TrapKind.Interrupted, _interruptReason) { Position = position };

    /// <summary>Keeps an object of the host and gives the number that guests hold as <c>externref</c>; null is 0.</summary>
    internal nint AddExternal(object? value)
    {
        ThrowIfDisposed();
        if (value is null)
        {
            return 0;
        }
        Budget.Charge(LimitedResource.Handles, ExternalBytes);
        _externals.Add(value);
        return _externals.Count;
    }

    /// <summary>The objects that the guests hold.</summary>
    internal GuestHeap Heap
    {
        get
        {
            if (_heap is null)
            {
                _heap = new GuestHeap(this);
                Budget.Reclaimer = _heap.Reclaim;
            }
            return _heap;
        }
    }

    /// <summary>Whether code that knows exceptions may run here, and whether code that does not; never both.</summary>
    internal (bool Aware, bool Plain) Exceptions { get; private set; }

    /// <summary>Notes which code an instance has.</summary>
    /// <exception cref="InvalidOperationException">Instances of the other kind are here.</exception>
    internal void NoteExceptions(bool aware)
    {
        if (aware ? Exceptions.Plain : Exceptions.Aware)
        {
            throw new InvalidOperationException(
                "A module that uses exceptions cannot share a store with one that was compiled without them; compile all with exceptions.");
        }
        Exceptions = aware ? (true, false) : (false, true);
    }

    /// <summary>An exception is on its way: whoever called the code that runs looks for it.</summary>
    /// <param name="exception">The exception as guests have it.</param>
    /// <param name="thrower">The name of the function that throws it; null when that is known already.</param>
    internal void SetPending(object exception, string? thrower)
    {
        _pending = exception;
        _thrower = thrower ?? _thrower;
        _state->Pending = 1;
    }

    /// <summary>The exception that is on its way.</summary>
    internal object Pending => _pending!;

    /// <summary>A handler was found.</summary>
    internal object TakePending()
    {
        var exception = _pending!;
        _pending = null;
        _state->Pending = 0;
        return exception;
    }

    /// <summary>Gives an exception that left the guest to the host.</summary>
    /// <exception cref="GuestException">There is one.</exception>
    internal void ThrowPending()
    {
        if (_state->Pending != 0)
        {
            var package = (GuestObject)TakePending();
            var tag = _tags[package.Type];
            throw new GuestException(tag, package, _thrower ?? "a function", ExceptionPackage.Values(tag, package));
        }
    }

    /// <summary>Ends the guest when an exception left it.</summary>
    /// <exception cref="Trap">There is one.</exception>
    internal void TrapPending()
    {
        if (_state->Pending != 0)
        {
            TakePending();
            throw new Trap(TrapKind.UncaughtException, $"uncaught exception thrown in {_thrower}");
        }
    }

    internal void Own(TagInstance tag) => _tags.Add(tag.Record, tag);

    /// <summary>The object with a number that <see cref="AddExternal"/> gave.</summary>
    internal object? GetExternal(nint number) => number == 0 ? null : _externals[checked((int)number) - 1];

    /// <summary>Refuses references that are not of the types asked for: emitted code does not look at them again.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal void CheckReferences(ReadOnlySpan<WasmValue> values, ReadOnlySpan<WasmValueType> types)
    {
        for (var i = 0; i < values.Length; i++)
        {
            CheckReference(values[i], types[i]);
        }
    }

    /// <summary>Refuses a reference that is not of the type asked for.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal void CheckReference(WasmValue value, WasmValueType type)
    {
        if (!type.IsReference || type == WasmValueType.FuncRef || type == WasmValueType.ExternRef)
        {
            return;
        }
        if (!type.IsFunctionReference && !value.IsNull)
        {
            if (!ObjectTypes.IsOf(GetExternal(value.AsReference)!, type))
            {
                throw new ArgumentException($"The value is no {type}.");
            }
            return;
        }
        var matches = value.IsNull
            ? !type.IsNonNull
            : type.HeapType switch
            {
                HeapTypeKind.Func => true,
                HeapTypeKind.DefinedFunction => TypeRegistry.IsSubtype(((FunctionReference*)value.AsReference)->TypeId, type.TypeNumber),
                _ => false,
            };
        if (!matches)
        {
            throw new ArgumentException($"The value is no {type}.");
        }
    }

    /// <summary>The function behind a function reference of this store.</summary>
    internal FunctionInstance FunctionOf(FunctionReference* reference)
    {
        ThrowIfDisposed();
        return new FunctionInstance(this, reference);
    }

    /// <summary>Makes a function from an entry point with the engine's calling convention.</summary>
    internal FunctionInstance CreateFunction(nint code, nint context, int typeId)
    {
        ThrowIfDisposed();
        var reference = (FunctionReference*)_arena.Allocate(sizeof(FunctionReference));
        *reference = new FunctionReference { Code = code, Context = context, TypeId = typeId };
        return new FunctionInstance(this, reference);
    }

    internal int AddHostFunction(HostFunction function)
    {
        _hostFunctions.Add(function);
        return _hostFunctions.Count - 1;
    }

    internal HostFunction HostFunctionAt(int index) => _hostFunctions[index];

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

    /// <summary>What an image of the store is made of, in the order in which it was made.</summary>
    internal (List<LinearMemory> Memories, List<TableInstance> Tables, List<GlobalInstance> Globals, List<ModuleInstance> Instances) Parts =>
        (_memories, _tables, _globals, _instances);

    /// <summary>What of the limits is used, and how many objects of the host guests know.</summary>
    internal StoreUse Use => new(_memoryBytes, _tableElements, _externals.Count);

    /// <summary>Goes back to an earlier use.</summary>
    internal void GoBackTo(StoreUse use)
    {
        Budget.Release(_memoryBytes - use.MemoryBytes + ((_tableElements - use.TableElements) * sizeof(nint)));
        Interlocked.Exchange(ref _memoryBytes, use.MemoryBytes);
        _tableElements = use.TableElements;
        Budget.Release((long)(_externals.Count - use.Externals) * ExternalBytes);
        _externals.RemoveRange(use.Externals, _externals.Count - use.Externals);
        _heap?.Clear();
        _state->HeapBudget = 0;
        _pending = null;
        _thrower = null;
        _state->Pending = 0;
    }

    /// <summary>Counts an instance and the bytes of its own state.</summary>
    /// <exception cref="Trap">A limit does not allow it.</exception>
    internal void Own(ModuleInstance instance, long bytes)
    {
        if (_instances.Count >= Limits.Instances)
        {
            throw new Trap(LimitedResource.Instances, $"more than {Limits.Instances} instances");
        }
        if (!TryTake(ref _instanceBytes, bytes, Limits.InstanceBytes))
        {
            throw new Trap(LimitedResource.Instances, $"instances need more than {Limits.InstanceBytes} bytes");
        }
        Budget.Charge(LimitedResource.Instances, bytes);
        _instances.Add(instance);
    }

    /// <summary>Counts what is kept for instances besides their own state.</summary>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    internal void ChargeInstances(long bytes)
    {
        Budget.Charge(LimitedResource.Instances, bytes);
        _instanceBytes += bytes;
    }

    internal bool TryTakeMemory(long bytes)
    {
        if (!Budget.TryCharge(LimitedResource.Memory, bytes))
        {
            return false;
        }
        if (TryTake(ref _memoryBytes, bytes, Limits.MemoryBytes))
        {
            return true;
        }
        Budget.Release(bytes);
        Budget.Refuse(LimitedResource.Memory, bytes);
        return false;
    }

    internal void ReturnMemory(long bytes)
    {
        Interlocked.Add(ref _memoryBytes, -bytes);
        Budget.Release(bytes);
    }

    internal bool TryTakeTableElements(long count)
    {
        if (!TryTake(ref _tableElements, count, Math.Min(Limits.TableElements, Array.MaxLength)))
        {
            Budget.Refuse(LimitedResource.Tables, Math.Min(count, long.MaxValue / sizeof(nint)) * sizeof(nint));
            return false;
        }
        if (Budget.TryCharge(LimitedResource.Tables, count * sizeof(nint)))
        {
            return true;
        }
        _tableElements -= count;
        return false;
    }

    internal void ReturnTableElements(long count)
    {
        _tableElements -= count;
        Budget.Release(count * sizeof(nint));
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_state is null, this);

    private static bool TryTake(ref long used, long count, long limit)
    {
        // A shared memory may be grown by several threads, and counts where it was made.
        var taken = Volatile.Read(ref used);
        while (count <= limit - taken)
        {
            var seen = Interlocked.CompareExchange(ref used, taken + count, taken);
            if (seen == taken)
            {
                return true;
            }
            taken = seen;
        }
        return false;
    }

    private static void ThrowWrongThread() =>
        throw new InvalidOperationException("Another thread is running a guest in this store.");

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
        _heap?.Clear();
        _pending = null;
    }
}
