using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <content>What guests hold references to: objects of the host, their own objects, functions.</content>
public sealed unsafe partial class Store
{
    private const int ExternalBytes = 16;
    private const long StoreMask = ~(long)uint.MaxValue;

    private static int _stores;

    // The upper half of the numbers of this store's objects: those of other stores are told by it.
    private readonly long _ownNumbers = (long)(Interlocked.Increment(ref _stores) & int.MaxValue) << 32;
    private readonly List<HostFunction> _hostFunctions = [];
    private readonly List<object> _externals = [];
    private GuestHeap? _heap;

    /// <summary>The objects that the guests hold.</summary>
    internal GuestHeap Heap
    {
        get
        {
            if (_heap is null)
            {
                _heap = new GuestHeap(this);
                Budget.AddReclaimer(_heap.Reclaim);
            }
            return _heap;
        }
    }

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
        return (nint)(_ownNumbers | (uint)_externals.Count);
    }

    /// <summary>The object with a number that <see cref="AddExternal"/> gave.</summary>
    /// <exception cref="ArgumentException">It is no number of this store.</exception>
    internal object? GetExternal(nint number)
    {
        if (number == 0)
        {
            return null;
        }
        var place = (uint)number - 1;
        if ((number & StoreMask) != _ownNumbers || place >= (uint)_externals.Count)
        {
            throw new ArgumentException("The value is no reference of this store.");
        }
        return _externals[(int)place];
    }

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
}
