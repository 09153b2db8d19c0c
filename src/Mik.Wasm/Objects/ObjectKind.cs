namespace Mik.Wasm.Objects;

/// <summary>What a type word says first of all.</summary>
internal enum ObjectKind
{
    /// <summary>A structure.</summary>
    Struct = 1,
    /// <summary>An array.</summary>
    Array = 2,
    /// <summary>A 31-bit integer.</summary>
    I31 = 3,
    /// <summary>An external object among those of the <c>any</c> family.</summary>
    External = 4,
    /// <summary>An exception.</summary>
    Exception = 5,
}
