namespace Mik.Wasm.Objects;

/// <summary>An array.</summary>
internal abstract class GuestArray : GuestObject
{
    /// <summary>Number of elements.</summary>
    public int Length;
}
