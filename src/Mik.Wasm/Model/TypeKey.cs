using System.Buffers.Binary;

namespace Mik.Wasm.Model;

/// <summary>
/// What equal recursion groups have in common: their types as bytes, those of the group itself by their place and those of others by their number. The bytes
/// of a large group are hashed once, by whoever makes the key, and not where others wait.
/// </summary>
internal sealed class TypeKey : IEquatable<TypeKey>
{
    private const uint HashBasis = 2166136261;
    private const uint HashPrime = 16777619;
    private const uint Spread = 0x9E3779B9;

    private readonly byte[] _bytes;
    private readonly int _hash;
    private readonly uint _preferred;

    private TypeKey(byte[] bytes, uint preferred)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        _bytes = bytes;
        _hash = hash.ToHashCode();
        _preferred = preferred;
    }

    /// <summary>The key of a group.</summary>
    public static TypeKey Of(ReadOnlySpan<SubType> types)
    {
        var bytes = Write(types);
        var isPlain = types is [{ IsFinal: true, SuperType: -1, Super: null, Form: TypeForm.Function } only] && !only.RefersToTypes;
        return new TypeKey(
            bytes,
            isPlain
                ? Add((Add(HashBasis, types[0].Parameters.AsSpan()) ^ byte.MaxValue) * HashPrime, types[0].Results.AsSpan()) : Add(HashBasis, bytes));
    }

    /// <summary>The number that a type of the group should have: nearly always the same in every process, and another one for each of its types.</summary>
    public int NumberOf(int place) => (int)((_preferred ^ ((uint)place * Spread)) & int.MaxValue);

    /// <inheritdoc/>
    public bool Equals(TypeKey? other) => other is not null && _hash == other._hash && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TypeKey);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    // FNV-1a.
    private static uint Add(uint hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var part in bytes)
        {
            hash = (hash ^ part) * HashPrime;
        }
        return hash;
    }

    private static uint Add(uint hash, ReadOnlySpan<WasmValueType> types)
    {
        foreach (var type in types)
        {
            hash = (hash ^ (byte)type.Kind) * HashPrime;
            hash = (hash ^ (byte)type.HeapType) * HashPrime;
            hash = type.IsNonNull ? (hash ^ 1) * HashPrime : hash;
        }
        return hash;
    }

    private static byte[] Write(ReadOnlySpan<SubType> types)
    {
        using var key = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        foreach (var type in types)
        {
            key.WriteByte((byte)(((int)type.Form << 1) | (type.IsFinal ? 1 : 0)));
            key.WriteByte((byte)(type.Super is not null ? 2 : type.SuperType >= 0 ? 1 : 0));
            Write(key, number, type.Super?.Number ?? type.SuperType);
            Write(key, number, type.Parameters.AsSpan());
            Write(key, number, type.Results.AsSpan());
            Write(key, number, type.Fields.Length);
            foreach (var field in type.Fields.AsSpan())
            {
                key.WriteByte((byte)field.Packing);
                key.WriteByte(field.IsMutable ? (byte)1 : (byte)0);
                Write(key, number, field.Value);
            }
        }
        return key.ToArray();
    }

    private static void Write(MemoryStream key, Span<byte> number, ReadOnlySpan<WasmValueType> types)
    {
        Write(key, number, types.Length);
        foreach (var type in types)
        {
            Write(key, number, type);
        }
    }

    private static void Write(MemoryStream key, Span<byte> number, WasmValueType type)
    {
        key.WriteByte((byte)type.Kind);
        if (type.IsReference)
        {
            key.WriteByte((byte)type.HeapType);
            key.WriteByte(type.IsNonNull ? (byte)1 : (byte)0);
            Write(key, number, type.TypeNumber);
        }
    }

    private static void Write(MemoryStream key, Span<byte> number, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(number, value);
        key.Write(number);
    }
}
