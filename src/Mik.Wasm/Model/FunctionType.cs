namespace Mik.Wasm.Model;

/// <summary>A function type (core specification 2.3.6); compared by structure.</summary>
public sealed class FunctionType : IEquatable<FunctionType>
{
    private readonly int _hash;

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
    }

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
}
