namespace Mik.Wasm.Objects;

/// <summary>A global with a reference that the collector must see.</summary>
internal sealed class ObjectCell
{
    /// <summary>The value.</summary>
    public object? Value;
}
