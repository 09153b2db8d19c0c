using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>
/// The handles of one component instance (CanonicalABI.md, "Table State", "Resource State"). Index 0 is never given out;
/// freed indices are used again, last freed first.
/// </summary>
/// <param name="store">Whose budget the handles draw on; null is none.</param>
internal sealed class HandleTable(Store? store = null)
{
    /// <summary>Most handles of one table; the standard allows 2^28 - 1.</summary>
    public const int MaximumHandles = 100_000;

    /// <summary>What a handle costs its request: the entry, and what the host keeps for the resource even when it holds nothing.</summary>
    public const int HandleBytes = 256;

    // So many cost nothing, and then so many are charged at a time.
    private const int HandlesAtOnce = 16;
    private const int KeptLength = 1024;

    // Entry 0 is there from the start, so that looking it up finds nothing.
    private ResourceHandle[] _entries = [default];
    private int _count = 1;
    private int _charged = HandlesAtOnce;
    private int _firstFree;

    /// <summary>Whether it is as it was made: no handle was ever added.</summary>
    public bool IsEmpty => _count == 1;

    /// <summary>Adds a handle and gives its index.</summary>
    /// <exception cref="Trap">The table is full.</exception>
    public int Add(in ResourceHandle handle)
    {
        var index = _firstFree;
        if (index != 0)
        {
            _firstFree = _entries[index].NextFree;
        }
        else
        {
            index = _count;
            if (index > _charged)
            {
                ChargeMore();
            }
            if (index >= _entries.Length)
            {
                Array.Resize(ref _entries, Math.Max(HandlesAtOnce, _entries.Length * 2));
            }
            _count++;
        }
        _entries[index] = handle;
        return index;
    }

    /// <summary>The handle with an index, of the given resource type.</summary>
    /// <exception cref="Trap">There is none, or it is of another type.</exception>
    public ref ResourceHandle Get(int index, RuntimeResource type)
    {
        if ((uint)index >= (uint)_count || _entries[index].Type is not { } actual)
        {
            ThrowUnknown(index);
        }
        else if (actual != type)
        {
            ThrowWrongType(index, type, actual);
        }
        return ref _entries[index];
    }

    /// <summary>Removes a handle that may be given up: not lent to a running call.</summary>
    /// <exception cref="Trap">There is none, it is of another type, or it is lent.</exception>
    public ResourceHandle Remove(int index, RuntimeResource type)
    {
        ref var entry = ref Get(index, type);
        var handle = entry;
        if (handle.Lends != 0)
        {
            throw new Trap(TrapKind.CanonicalAbi, "cannot remove owned resource while borrowed");
        }
        entry = new ResourceHandle { NextFree = _firstFree };
        _firstFree = index;
        return handle;
    }

    /// <summary>Adds something that is no resource.</summary>
    /// <exception cref="Trap">The table is full.</exception>
    public int AddObject(object value, RuntimeResource kind) => Add(new ResourceHandle { Type = kind, HostObject = value, IsOwn = true });

    /// <summary>What is no resource, by its index.</summary>
    /// <exception cref="Trap">There is nothing, or something else.</exception>
    public T GetObject<T>(int index, RuntimeResource kind)
        where T : class => System.Runtime.CompilerServices.Unsafe.As<T>(Get(index, kind).HostObject!);

    /// <summary>What has events, by its index.</summary>
    /// <exception cref="Trap">There is nothing, or something without events.</exception>
    public Waitable GetWaitable(int index)
    {
        if ((uint)index >= (uint)_count || _entries[index].Type is null)
        {
            ThrowUnknown(index);
        }
        return _entries[index].HostObject as Waitable
            ?? throw new Trap(TrapKind.CanonicalAbi, $"handle index {index} is no waitable but a {_entries[index].Type!.Name}");
    }

    /// <summary>Lends a handle for the duration of a call.</summary>
    public void Unlend(int index) => _entries[index].Lends--;

    /// <summary>Disposes the host's resources that are still owned, in the order in which their handles were made.</summary>
    /// <returns>The first exception that one of them threw; the others are disposed all the same.</returns>
    public Exception? DisposeResources()
    {
        Exception? failure = null;
        for (var i = 1; i < _count; i++)
        {
            var entry = _entries[i];
            _entries[i] = default;
            if (!entry.IsOwn)
            {
                continue;
            }
            try
            {
                (entry.HostObject as IDisposable)?.Dispose();
            }
#pragma warning disable CA1031 // The caller throws it when everything is freed.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure ??= exception;
            }
        }
        _count = 1;
        _charged = HandlesAtOnce;
        _firstFree = 0;
        if (_entries.Length > KeptLength)
        {
            _entries = [default];
        }
        return failure;
    }

    private void ChargeMore()
    {
        if (_charged >= MaximumHandles)
        {
            throw new Trap(LimitedResource.Handles, $"more than {MaximumHandles} handles");
        }
        store?.Budget.Charge(LimitedResource.Handles, HandlesAtOnce * HandleBytes);
        _charged += HandlesAtOnce;
    }

    [DoesNotReturn, StackTraceHidden]
    private static void ThrowUnknown(int index) =>
        throw new Trap(TrapKind.CanonicalAbi, $"unknown handle index {(uint)index}");

    [DoesNotReturn, StackTraceHidden]
    private static void ThrowWrongType(int index, RuntimeResource expected, RuntimeResource actual) =>
        throw new Trap(TrapKind.CanonicalAbi, $"handle index {index} used with the wrong type, expected {expected.Name} but found {actual.Name}");
}

/// <summary>An entry of a <see cref="HandleTable"/>.</summary>
internal struct ResourceHandle
{
    /// <summary>The resource type; null in a free entry.</summary>
    public RuntimeResource? Type;
    /// <summary>The object of a host resource; null for guest resources.</summary>
    public object? HostObject;
    /// <summary>The call that lent a borrowed handle to this instance; null in owning handles.</summary>
    public BorrowScope? BorrowScope;
    /// <summary>The representation of a guest resource.</summary>
    public int Representation;
    /// <summary>Number of running calls that this handle is lent to.</summary>
    public int Lends;
    /// <summary>Whether dropping the handle destroys the resource.</summary>
    public bool IsOwn;
    /// <summary>In a free entry, the next one.</summary>
    public int NextFree;

    /// <summary>What the handle stands for, as C# code sees it.</summary>
    public readonly object Value(RuntimeResource type) => HostObject ?? new GuestResource(type, Representation);
}

/// <summary>A call into a guest that has borrowed handles: it must drop them before it returns (CanonicalABI.md, "num_borrows").</summary>
internal sealed class BorrowScope
{
    /// <summary>Borrowed handles that the callee still has.</summary>
    public int Borrows;
}
