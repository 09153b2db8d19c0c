using Mik.Wasm.Model;

namespace Mik.Wasm.Execution;

/// <summary>A function instance (core specification 4.2.6), of a guest or of the host.</summary>
public sealed unsafe class FunctionInstance : ExternalValue, IEquatable<FunctionInstance>
{
    private readonly FunctionReference* _reference;
    private FunctionThunks? _thunks;

    internal FunctionInstance(Store store, FunctionReference* reference)
        : base(store)
    {
        _reference = reference;
        Definition = TypeRegistry.Find(reference->TypeId)!;
    }

    /// <inheritdoc/>
    public override ExternalKind Kind => ExternalKind.Function;

    /// <summary>Its type.</summary>
    public FunctionType Type => Definition.Function!;

    internal int TypeId => Definition.Number;

    /// <summary>Its type, which may have supertypes.</summary>
    internal WasmTypeDefinition Definition { get; }

    /// <summary>The record that guests call it through.</summary>
    internal FunctionReference* Reference
    {
        get
        {
            Store.ThrowIfDisposed();
            return _reference;
        }
    }

    /// <summary>Calls the function.</summary>
    /// <param name="arguments">As many values as the type has parameters, of these types.</param>
    /// <param name="results">Receives the results; as many as the type has.</param>
    /// <exception cref="Trap">The guest was ended.</exception>
    public void Invoke(ReadOnlySpan<WasmValue> arguments, Span<WasmValue> results)
    {
        var reference = Reference;
        var type = Type;
        if (arguments.Length != type.Parameters.Length || results.Length != type.Results.Length)
        {
            throw new ArgumentException(
                $"The function has type {type}; {arguments.Length} arguments and room for {results.Length} results were given.");
        }
        var invoke = (_thunks ??= FunctionThunks.Of(Definition)).Invoke;
        if (type.HasNarrowReferences)
        {
            Store.CheckReferences(arguments, type.Parameters.AsSpan());
        }
        using var scope = Store.Enter();
        fixed (WasmValue* argumentStart = arguments, resultStart = results)
        {
            invoke(reference->Code, reference->Context, argumentStart, resultStart);
        }
        Store.ThrowPending();
    }

    /// <summary>Calls the function and returns its results.</summary>
    /// <exception cref="Trap">The guest was ended.</exception>
    public WasmValue[] Invoke(params ReadOnlySpan<WasmValue> arguments)
    {
        var results = new WasmValue[Type.Results.Length];
        Invoke(arguments, results);
        return results;
    }

    /// <summary>Whether both are the same function of the same store.</summary>
    public bool Equals(FunctionInstance? other) => other is not null && _reference == other._reference && Store == other.Store;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FunctionInstance);

    /// <inheritdoc/>
    public override int GetHashCode() => ((nint)_reference).GetHashCode();
}
