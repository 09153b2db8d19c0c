using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>A tag instance (core specification 4.2.10): what tells exceptions apart.</summary>
public sealed unsafe class TagInstance : ExternalValue
{
    /// <summary>Makes a tag.</summary>
    /// <param name="store">The store whose guests may use it.</param>
    /// <param name="type">Its parameters are the values of an exception; it has no results.</param>
    public TagInstance(Store store, FunctionType type)
        : this(store, TypeRegistry.Of(type))
    {
        if (type.Results.Length != 0)
        {
            throw new ArgumentException("The type of a tag has no results.", nameof(type));
        }
    }

    internal TagInstance(Store store, WasmTypeDefinition definition)
        : base(store)
    {
        store.ThrowIfDisposed();
        Definition = definition;
        var record = (TagRecord*)store.Arena.Allocate(sizeof(TagRecord));
        record->Kind = ObjectKind.Exception;
        record->TypeId = definition.Number;
        Record = (nint)record;
        store.Own(this);
    }

    /// <inheritdoc/>
    public override ExternalKind Kind => ExternalKind.Tag;

    /// <summary>Its type.</summary>
    public FunctionType Type => Definition.Function!;

    internal WasmTypeDefinition Definition { get; }

    /// <summary>The address of its <see cref="TagRecord"/>.</summary>
    internal nint Record { get; }
}
