namespace Mik.Wasm.Objects;

/// <summary>
/// What a reference of the <c>any</c> or <c>exn</c> family points to: a structure (of a class <c>Shape…</c>; this class itself has no fields), an
/// array, a 31-bit integer, an external object that became one of the <c>any</c> family, or an exception.
/// </summary>
internal class GuestObject
{
    /// <summary>The address of the native record of its type (<see cref="TypeRecord"/>); of an exception, its tag's record.</summary>
    public nint Type;
}
