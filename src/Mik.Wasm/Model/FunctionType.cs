namespace Mik.Wasm.Model;

/// <summary>A function type (core specification 2.3.6); compared by structure.</summary>
public sealed class FunctionType : IEquatable<FunctionType>
{
    private readonly int _hash;

    // Keeps the types that it refers to by number.
    private readonly WasmTypeDefinition[] _definitions;

    /// <summary>Makes the type from its parameters and results.</summary>
    public FunctionType(IReadOnlyList<WasmValueType> parameters, IReadOnlyList<WasmValueType> results)
    {
        Parameters = [.. parameters];
        Results = [.. results];
        var hash = new HashCode();
        foreach (var type in Parameters)
        {
            hash.Add(type);
        }
        hash.Add(-1);
        foreach (var type in Results)
        {
            hash.Add(type);
        }
        _hash = hash.ToHashCode();
        _definitions = DefinitionsOf(Parameters, Results);
        HasNarrowReferences = Array.Exists(Parameters, IsNarrow) || Array.Exists(Results, IsNarrow);
    }

    /// <summary>The type that is defined by this function type alone; null until it is asked for.</summary>
    internal WasmTypeDefinition? Definition { get; set; }

    /// <summary>Whether a value has a type that not every reference of its kind has, so that what the host gives must be looked at.</summary>
    internal bool HasNarrowReferences { get; }

    /// <summary>Parameter types in order.</summary>
    public WasmValueType[] Parameters { get; }

    /// <summary>Result types in order.</summary>
    public WasmValueType[] Results { get; }

    /// <inheritdoc/>
    public bool Equals(FunctionType? other) =>
        other is not null && _hash == other._hash
        && Parameters.AsSpan().SequenceEqual(other.Parameters) && Results.AsSpan().SequenceEqual(other.Results);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FunctionType);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>For example <c>(i32, i64) -> (f32)</c>.</summary>
    public override string ToString() => $"({string.Join(", ", Parameters)}) -> ({string.Join(", ", Results)})";

    private static bool IsNarrow(WasmValueType type) => type.IsReference && type != WasmValueType.FuncRef && type != WasmValueType.ExternRef;

    private static WasmTypeDefinition[] DefinitionsOf(WasmValueType[] parameters, WasmValueType[] results)
    {
        List<WasmTypeDefinition>? definitions = null;
        foreach (var type in (ReadOnlySpan<WasmValueType[]>)[parameters, results])
        {
            foreach (var value in type)
            {
                if (value.IsDefined)
                {
                    (definitions ??= []).Add(
                        TypeRegistry.Find(value.TypeNumber) ?? throw new ArgumentException($"no module defines the type {value}", nameof(parameters)));
                }
            }
        }
        return definitions is null ? [] : [.. definitions];
    }
}
