using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Mik.Components.Model;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>
/// What lifting and lowering the values of one call needs (CanonicalABI.md, "LiftLowerContext"). It lives on the stack of an
/// emitted adapter, which calls its methods.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct LiftLowerContext
{
    /// <summary>Longest string or list in bytes (definitions.py, <c>MAX_STRING_BYTE_LENGTH</c>, <c>MAX_LIST_BYTE_LENGTH</c>).</summary>
    public const ulong MaximumByteLength = (1 << 28) - 1;

    // So much is garbage soon, whatever else the request has.
    private const long UncountedBytes = 64 * 1024;

    private GuestTask? _outerTask;
    private long _outerSlots;
    private FunctionReference* _realloc;
    private MemoryRecord* _memory;
    private long _lifted;

    /// <summary>The component instance whose memory and handles are used.</summary>
    public InstanceScope Scope { readonly get; private set; }

    /// <summary>How strings are stored in the memory.</summary>
    public StringEncoding Encoding { readonly get; private set; }

    /// <summary>Whether addresses have 64 bits.</summary>
    public bool Is64 { readonly get; private set; }

    /// <summary>In a lift with borrowed handles among its parameters, where they are counted.</summary>
    public BorrowScope? BorrowScope { get; set; }

    /// <summary>First entry in the instance's list of lent handles that belongs to this call.</summary>
    public int FirstLend { readonly get; private set; }

    /// <summary>Fills the context; memory and realloc are indices in the instance's core index spaces, or -1.</summary>
    public void Initialize(InstanceScope scope, int memory, int realloc, StringEncoding encoding, bool is64)
    {
        Scope = scope;
        Encoding = encoding;
        Is64 = is64;
        if (memory >= 0)
        {
            _memory = (MemoryRecord*)scope.MemoryRecords[memory];
        }
        if (realloc >= 0)
        {
            _realloc = (FunctionReference*)scope.CoreFunctionReferences[realloc];
        }
        _lifted = 0;
        FirstLend = scope.Lends.Count;
    }

    /// <summary>Ends what the host does when the caller of an async function does not want it any more; null where that is of no use.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    /// <summary>The same for a call that begins now.</summary>
    public readonly LiftLowerContext Anew() => this with { _lifted = 0, FirstLend = Scope.Lends.Count, Cancellation = null };

    /// <summary>Where a result is put that comes later.</summary>
    public readonly ResultPlace PlaceFor(uint pointer, Extent extent, nint storer) => new(this, pointer, extent, storer);

    /// <summary>A function that is not async begins: it is no part of the task that called it.</summary>
    public void SaveTask()
    {
        var root = Scope.Root;
        (_outerTask, _outerSlots) = (root.CurrentTask, root.ContextSlots);
        (root.CurrentTask, root.ContextSlots) = (null, 0);
    }

    /// <summary>It has ended.</summary>
    public readonly void RestoreTask()
    {
        var root = Scope.Root;
        (root.CurrentTask, root.ContextSlots) = (_outerTask, _outerSlots);
    }

    /// <summary>The address of a range of the memory, after the one check that everything in it relies on.</summary>
    /// <exception cref="Trap">The range is not aligned, or not inside the memory.</exception>
    public readonly nint Region(ulong pointer, ulong size, uint alignment)
    {
        if ((pointer & (alignment - 1)) != 0)
        {
            ThrowUnaligned();
        }
        var length = (ulong)_memory->Length;
        if (size > length || pointer > length - size)
        {
            ThrowOutOfBounds();
        }
        return _memory->Base + (nint)pointer;
    }

    /// <summary>The range of a string or list (definitions.py, <c>load_string_from_range</c>, <c>load_list_from_range</c>).</summary>
    /// <exception cref="Trap">The range is too long, not aligned, or not inside the memory.</exception>
    public readonly nint ElementRegion(ulong pointer, ulong count, uint elementSize, uint alignment)
    {
        if (count > MaximumByteLength || count * elementSize > MaximumByteLength)
        {
            throw new Trap(TrapKind.CanonicalAbi, $"list or string of {count} elements of {elementSize} bytes is too long");
        }
        return Region(pointer, count * elementSize, alignment);
    }

    /// <summary>
    /// Counts what lifting allocates for the host. A guest's few bytes can stand for much (a list of strings that all lie
    /// in one place), so one call may ask for no more than the budget has left. Whoever keeps the values charges them.
    /// </summary>
    /// <exception cref="Trap">The call asked for more.</exception>
    public void Charge(long bytes)
    {
        _lifted += bytes;
        if (_lifted > UncountedBytes)
        {
            CheckLifted();
        }
    }

    private readonly void CheckLifted()
    {
        var budget = Scope.Root.Store.Budget;
        if (_lifted > budget.Remaining)
        {
            throw new Trap(new ResourceRefusal(LimitedResource.Values, _lifted, budget.Used, budget.Limit));
        }
    }

    /// <summary>Allocates in the guest's memory; gives the guest's pointer and the checked address.</summary>
    /// <exception cref="Trap">The guest trapped, or its allocator gave a bad pointer.</exception>
    public readonly nint Allocate(ulong size, uint alignment, out ulong pointer) => Reallocate(0, 0, alignment, size, out pointer);

    /// <summary>Calls the guest's <c>realloc</c> (definitions.py, <c>reallocate</c>).</summary>
    /// <exception cref="Trap">The guest trapped, or its allocator gave a bad pointer.</exception>
    public readonly nint Reallocate(ulong old, ulong oldSize, uint alignment, ulong size, out ulong pointer)
    {
        if (!Is64 && size > uint.MaxValue)
        {
            throw new Trap(TrapKind.CanonicalAbi, "list or string is too long for a 32-bit memory");
        }
        var scope = Scope;
        scope.MayLeave = false;
        var slots = scope.Root.ContextSlots;
        scope.Root.ContextSlots = 0;
        pointer = Is64
            ? (ulong)((delegate* managed<nint, long, long, long, long, long>)_realloc->Code)(
                _realloc->Context, (long)old, (long)oldSize, alignment, (long)size)
            : (uint)((delegate* managed<nint, int, int, int, int, int>)_realloc->Code)(
                _realloc->Context, (int)old, (int)oldSize, (int)alignment, (int)size);
        scope.Root.Store.TrapPending();
        scope.Root.ContextSlots = slots;
        scope.MayLeave = true;
        if ((pointer & (alignment - 1)) != 0)
        {
            throw new Trap(TrapKind.CanonicalAbi, "realloc return: result not aligned");
        }
        var length = (ulong)_memory->Length;
        if (size > length || pointer > length - size)
        {
            throw new Trap(TrapKind.CanonicalAbi, "realloc return: beyond end of memory");
        }
        return _memory->Base + (nint)pointer;
    }

    /// <summary>The resource type that a variable of the component's types stands for here.</summary>
    public readonly RuntimeResource ResourceAt(int slot) => Scope.ResourceAt(slot);

    [DoesNotReturn, StackTraceHidden]
    private static void ThrowUnaligned() => throw new Trap(TrapKind.CanonicalAbi, "unaligned pointer");

    [DoesNotReturn, StackTraceHidden]
    private static void ThrowOutOfBounds() =>
        throw new Trap(TrapKind.OutOfBoundsMemoryAccess, "pointer out of bounds of memory");
}
