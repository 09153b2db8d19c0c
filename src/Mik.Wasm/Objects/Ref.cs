namespace Mik.Wasm.Objects;

/// <summary>An element of an array of references. Writing an array of these needs no look at the array's own type.</summary>
internal struct Ref
{
    /// <summary>The reference.</summary>
    public object? Value;
}
