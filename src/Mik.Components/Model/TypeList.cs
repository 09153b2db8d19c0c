using System.Collections;
using System.Runtime.CompilerServices;

namespace Mik.Components.Model;

/// <summary>An immutable list that is compared by its elements, so that types compare by structure.</summary>
[CollectionBuilder(typeof(TypeList), nameof(TypeList.Create))]
public readonly struct TypeList<T> : IReadOnlyList<T>, IEquatable<TypeList<T>>
{
    private readonly T[]? _items;

    internal TypeList(T[] items) => _items = items;

    /// <inheritdoc/>
    public T this[int index] => _items![index];

    /// <inheritdoc/>
    public int Count => _items?.Length ?? 0;

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> AsSpan() => _items;

    /// <inheritdoc/>
    public bool Equals(TypeList<T> other) => AsSpan().SequenceEqual(other.AsSpan(), EqualityComparer<T>.Default);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TypeList<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in AsSpan())
        {
            hash.Add(item);
        }
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Compares by elements.</summary>
    public static bool operator ==(TypeList<T> left, TypeList<T> right) => left.Equals(right);

    /// <summary>Compares by elements.</summary>
    public static bool operator !=(TypeList<T> left, TypeList<T> right) => !left.Equals(right);
}

/// <summary>Makes <see cref="TypeList{T}"/> from collection expressions.</summary>
public static class TypeList
{
    /// <summary>Copies <paramref name="items"/>.</summary>
    public static TypeList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
