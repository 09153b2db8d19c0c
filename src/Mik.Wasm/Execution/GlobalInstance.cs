using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>A global instance (core specification 4.2.9): one value in a 16-byte cell.</summary>
public sealed unsafe class GlobalInstance : ExternalValue
{
    private readonly WasmValue* _cell;

    /// <summary>Makes a global.</summary>
    public GlobalInstance(Store store, GlobalType type, WasmValue value)
        : base(store)
    {
        store.ThrowIfDisposed();
        store.CheckReference(value, type.ValueType);
        Type = type;
        store.Own(this);
        if (HoldsObject)
        {
            Object = new ObjectCell { Value = store.GetExternal(value.AsReference) };
            return;
        }
        _cell = (WasmValue*)store.Arena.Allocate(ContextLayout.GlobalSize);
        *_cell = value;
    }

    internal GlobalInstance(Store store, GlobalType type, ObjectCell cell)
        : base(store)
    {
        Type = type;
        Object = cell;
    }

    internal GlobalInstance(Store store, GlobalType type, WasmValue* cell)
        : base(store)
    {
        Type = type;
        _cell = cell;
    }

    /// <inheritdoc/>
    public override ExternalKind Kind => ExternalKind.Global;

    /// <summary>Its type.</summary>
    public GlobalType Type { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">Setting a global that is not mutable.</exception>
    public WasmValue Value
    {
        get => Object is null ? *Cell : WasmValue.Reference(Store.AddExternal(Object.Value));
        set
        {
            if (!Type.IsMutable)
            {
                throw new InvalidOperationException("The global is not mutable.");
            }
            Store.CheckReference(value, Type.ValueType);
            if (Object is not null)
            {
                Object.Value = Store.GetExternal(value.AsReference);
                return;
            }
            *Cell = value;
        }
    }

    /// <summary>Where the value is that the collector must see; null for others.</summary>
    internal ObjectCell? Object { get; }

    private bool HoldsObject => Type.ValueType.IsReference && !Type.ValueType.IsFunctionReference;

    /// <summary>Takes the value of an image.</summary>
    internal void Restore(WasmValue value) => *Cell = value;

    internal WasmValue* Cell
    {
        get
        {
            Store.ThrowIfDisposed();
            return _cell;
        }
    }
}
