using System.Collections.Immutable;

namespace Mik.Wasm.Model;

/// <summary>A function type (core specification 2.3.6); compared by structure.</summary>
public sealed class FunctionType : IEquatable<FunctionType>
{
    private readonly int _hash;

    // Keeps the types that it refers to by number.
    private readonly WasmTypeDefinition[] _definitions;

    /// <summary>Makes the type from its parameters and results.</summary>
    public FunctionType(IReadOnlyList<WasmValueType> parameters, IReadOnlyList<WasmValueType> results)
        : this(parameters.ToArray().AsImmutable(), results.ToArray().AsImmutable())
    {
    }

    /// <summary>Makes the type from lists that it keeps.</summary>
    internal FunctionType(ImmutableArray<WasmValueType> parameters, ImmutableArray<WasmValueType> results)
    {
        Parameters = parameters;
        Results = results;
        var hash = new HashCode();
        List<WasmTypeDefinition>? definitions = null;
        Add(parameters.AsSpan(), ref hash, ref definitions);
        hash.Add(-1);
        Add(results.AsSpan(), ref hash, ref definitions);
        _hash = hash.ToHashCode();
        _definitions = definitions is null ? [] : [.. definitions];
        HasNarrowReferences = parameters.Exists(IsNarrow) || results.Exists(IsNarrow);
    }

    /// <summary>The type that is defined by this function type alone; null until it is asked for.</summary>
    internal WasmTypeDefinition? Definition { get; set; }

    /// <summary>Whether a value has a type that not every reference of its kind has, so that what the host gives must be looked at.</summary>
    internal bool HasNarrowReferences { get; }

    /// <summary>Parameter types in order.</summary>
    public ImmutableArray<WasmValueType> Parameters { get; }

    /// <summary>Result types in order.</summary>
    public ImmutableArray<WasmValueType> Results { get; }

    /// <inheritdoc/>
    public bool Equals(FunctionType? other) =>
        other is not null && _hash == other._hash
        && Parameters.AsSpan().SequenceEqual(other.Parameters.AsSpan()) && Results.AsSpan().SequenceEqual(other.Results.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FunctionType);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>For example <c>(i32, i64) -> (f32)</c>.</summary>
    public override string ToString() => $"({string.Join(", ", Parameters)}) -> ({string.Join(", ", Results)})";

    private static bool IsNarrow(WasmValueType type) => type.IsReference && type != WasmValueType.FuncRef && type != WasmValueType.ExternRef;

    private static void Add(ReadOnlySpan<WasmValueType> types, ref HashCode hash, ref List<WasmTypeDefinition>? definitions)
    {
        foreach (var type in types)
        {
            hash.Add(type);
            if (type.IsDefined)
            {
                (definitions ??= []).Add(TypeRegistry.Find(type.TypeNumber) ?? throw new ArgumentException($"no module defines the type {type}"));
            }
        }
    }
}
