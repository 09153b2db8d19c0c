namespace Mik.Wasm.Model;

/// <summary>What a <see cref="WasmValueType"/> is at the top level.</summary>
public enum WasmTypeKind : byte
{
    /// <summary>The bottom type of validation: any operand matches.</summary>
    Bottom = 0,
    /// <summary><c>i32</c>.</summary>
    I32 = 0x7F,
    /// <summary><c>i64</c>.</summary>
    I64 = 0x7E,
    /// <summary><c>f32</c>.</summary>
    F32 = 0x7D,
    /// <summary><c>f64</c>.</summary>
    F64 = 0x7C,
    /// <summary><c>v128</c>.</summary>
    V128 = 0x7B,
    /// <summary>A reference type; see <see cref="WasmValueType.HeapType"/>.</summary>
    Reference = 0x64,
}

/// <summary>The abstract heap types; values are the binary encodings (core specification 5.3.3).</summary>
public enum HeapTypeKind : byte
{
    /// <summary>Not a reference.</summary>
    None = 0,
    /// <summary><c>func</c>.</summary>
    Func = 0x70,
    /// <summary><c>extern</c>.</summary>
    Extern = 0x6F,
}

/// <summary>A value type of a module (core specification 2.3): a number, a vector or a reference.</summary>
/// <param name="Kind">The top level of the type.</param>
/// <param name="HeapType">What a reference points to; <see cref="HeapTypeKind.None"/> for numbers and vectors.</param>
public readonly record struct WasmValueType(WasmTypeKind Kind, HeapTypeKind HeapType = HeapTypeKind.None)
{
    /// <summary>The bottom type of validation.</summary>
    public static WasmValueType Bottom => default;
    /// <summary><c>i32</c>.</summary>
    public static WasmValueType I32 => new(WasmTypeKind.I32);
    /// <summary><c>i64</c>.</summary>
    public static WasmValueType I64 => new(WasmTypeKind.I64);
    /// <summary><c>f32</c>.</summary>
    public static WasmValueType F32 => new(WasmTypeKind.F32);
    /// <summary><c>f64</c>.</summary>
    public static WasmValueType F64 => new(WasmTypeKind.F64);
    /// <summary><c>v128</c>.</summary>
    public static WasmValueType V128 => new(WasmTypeKind.V128);
    /// <summary><c>funcref</c>.</summary>
    public static WasmValueType FuncRef => new(WasmTypeKind.Reference, HeapTypeKind.Func);
    /// <summary><c>externref</c>.</summary>
    public static WasmValueType ExternRef => new(WasmTypeKind.Reference, HeapTypeKind.Extern);

    /// <summary>Whether this is a reference type.</summary>
    public bool IsReference => Kind == WasmTypeKind.Reference;

    /// <summary>The name in the text format.</summary>
    public override string ToString() => Kind switch
    {
        WasmTypeKind.I32 => "i32",
        WasmTypeKind.I64 => "i64",
        WasmTypeKind.F32 => "f32",
        WasmTypeKind.F64 => "f64",
        WasmTypeKind.V128 => "v128",
        WasmTypeKind.Reference => HeapType == HeapTypeKind.Func ? "funcref" : "externref",
        _ => "bottom",
    };
}
