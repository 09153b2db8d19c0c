namespace Mik.Wasm.Objects;

/// <summary>An array with elements of one kind: numbers, <see cref="Ref"/>, or pointers of functions.</summary>
internal sealed class GuestArrayOf<T> : GuestArray
{
    /// <summary>The elements; never another array.</summary>
    public T[] Elements = [];
}
