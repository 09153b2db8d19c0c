namespace Mik.Components.Validation;

/// <summary>An index space: what its entries are, in order.</summary>
internal sealed class IndexSpace<T>(string what, int limit)
{
    private readonly List<T> _items = [];

    public int Count => _items.Count;

    public void Add(T item, int offset)
    {
        if (_items.Count >= limit)
        {
            Reject.OverLimit($"more than the limit of {limit} {what}s", offset);
        }
        _items.Add(item);
    }

    public T At(uint index, int offset)
    {
        if (index >= (uint)_items.Count)
        {
            Reject.Invalid($"unknown {what} {index}: {what} index out of bounds", offset);
        }
        return _items[(int)index];
    }

    public T[] ToArray() => [.. _items];
}
