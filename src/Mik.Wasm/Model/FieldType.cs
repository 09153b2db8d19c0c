namespace Mik.Wasm.Model;

/// <summary>How a field is kept, where that is narrower than its value.</summary>
public enum FieldPacking : byte
{
    /// <summary>As its value.</summary>
    None = 0,
    /// <summary><c>i8</c>.</summary>
    I8 = 0x78,
    /// <summary><c>i16</c>.</summary>
    I16 = 0x77,
}

/// <summary>The type of a field of a structure or of the elements of an array (core specification 2.3.8).</summary>
/// <param name="Value">The type of its values; <c>i32</c> for packed ones.</param>
/// <param name="Packing">How it is kept.</param>
/// <param name="IsMutable">Whether it may be written.</param>
public readonly record struct FieldType(WasmValueType Value, FieldPacking Packing, bool IsMutable);
