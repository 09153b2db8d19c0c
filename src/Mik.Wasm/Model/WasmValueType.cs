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

/// <summary>
/// What references point to (core specification 2.3.3). Abstract heap types have their binary encodings (5.3.3); the others are the kinds of
/// a type that a module defines, whose number stands beside.
/// </summary>
public enum HeapTypeKind : byte
{
    /// <summary>Not a reference.</summary>
    None = 0,
    /// <summary>The bottom of all heap types, in code that cannot be reached.</summary>
    Bottom = 1,
    /// <summary>A type of the recursion group that is being read; the number is its place there.</summary>
    OfGroup = 2,
    /// <summary>A function type that a module defines.</summary>
    DefinedFunction = 3,
    /// <summary>A structure type that a module defines.</summary>
    DefinedStruct = 4,
    /// <summary>An array type that a module defines.</summary>
    DefinedArray = 5,
    /// <summary><c>exn</c>.</summary>
    Exn = 0x69,
    /// <summary><c>array</c>.</summary>
    Array = 0x6A,
    /// <summary><c>struct</c>.</summary>
    Struct = 0x6B,
    /// <summary><c>i31</c>.</summary>
    I31 = 0x6C,
    /// <summary><c>eq</c>.</summary>
    Eq = 0x6D,
    /// <summary><c>any</c>.</summary>
    Any = 0x6E,
    /// <summary><c>extern</c>.</summary>
    Extern = 0x6F,
    /// <summary><c>func</c>.</summary>
    Func = 0x70,
    /// <summary><c>none</c>, below everything that <c>any</c> is above.</summary>
    NoAny = 0x71,
    /// <summary><c>noextern</c>.</summary>
    NoExtern = 0x72,
    /// <summary><c>nofunc</c>.</summary>
    NoFunc = 0x73,
    /// <summary><c>noexn</c>.</summary>
    NoExn = 0x74,
}

/// <summary>
/// A value type of a module (core specification 2.3): a number, a vector or a reference. Types are equal exactly when these are, over all modules.
/// </summary>
/// <param name="Kind">The top level of the type.</param>
/// <param name="HeapType">What a reference points to; <see cref="HeapTypeKind.None"/> for numbers and vectors.</param>
/// <param name="IsNonNull">Whether a reference is never null.</param>
/// <param name="TypeNumber">Which type of a module a reference points to (<see cref="WasmTypeDefinition.Number"/>); 0 for others.</param>
public readonly record struct WasmValueType(
    WasmTypeKind Kind, HeapTypeKind HeapType = HeapTypeKind.None, bool IsNonNull = false, int TypeNumber = 0)
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

    /// <summary><c>exnref</c>.</summary>
    public static WasmValueType ExnRef => new(WasmTypeKind.Reference, HeapTypeKind.Exn);
    /// <summary><c>anyref</c>.</summary>
    public static WasmValueType AnyRef => new(WasmTypeKind.Reference, HeapTypeKind.Any);
    /// <summary><c>eqref</c>.</summary>
    public static WasmValueType EqRef => new(WasmTypeKind.Reference, HeapTypeKind.Eq);
    /// <summary><c>i31ref</c>.</summary>
    public static WasmValueType I31Ref => new(WasmTypeKind.Reference, HeapTypeKind.I31);
    /// <summary><c>arrayref</c>.</summary>
    public static WasmValueType ArrayRef => new(WasmTypeKind.Reference, HeapTypeKind.Array);

    /// <summary>Whether this is a reference type.</summary>
    public bool IsReference => Kind == WasmTypeKind.Reference;

    /// <summary>Whether a variable of the type may begin as zero or null.</summary>
    public bool IsDefaultable => !IsReference || !IsNonNull;

    /// <summary>Whether this is a reference to a type that a module defines.</summary>
    public bool IsDefined => HeapType is HeapTypeKind.DefinedFunction or HeapTypeKind.DefinedStruct or HeapTypeKind.DefinedArray;

    /// <summary>Whether this is a reference to a function, or to none at all.</summary>
    public bool IsFunctionReference => HeapType is HeapTypeKind.Func or HeapTypeKind.NoFunc or HeapTypeKind.DefinedFunction;

    /// <summary>The same reference type without null.</summary>
    public WasmValueType AsNonNull => IsReference ? this with { IsNonNull = true } : this;

    /// <summary>The same reference type with null.</summary>
    public WasmValueType AsNullable => IsReference ? this with { IsNonNull = false } : this;

    /// <summary>Whether every value of this type is one of the other (core specification 3.3, "matching").</summary>
    public bool Matches(WasmValueType expected) => this == expected || TypeMatching.Matches(this, expected);

    /// <summary>The name in the text format; types that modules define are named by their number.</summary>
    public override string ToString() => Kind switch
    {
        WasmTypeKind.I32 => "i32",
        WasmTypeKind.I64 => "i64",
        WasmTypeKind.F32 => "f32",
        WasmTypeKind.F64 => "f64",
        WasmTypeKind.V128 => "v128",
        WasmTypeKind.Reference when !IsNonNull && !IsDefined => AbstractName is "none"
            ? "nullref" : AbstractName.StartsWith("no", StringComparison.Ordinal) ? $"null{AbstractName[2..]}ref" : AbstractName + "ref",
        WasmTypeKind.Reference => $"(ref {(IsNonNull ? "" : "null ")}{HeapName})",
        _ => "bottom",
    };

    /// <summary>The heap type's name.</summary>
    internal string HeapName => IsDefined ? $"${(uint)TypeNumber:x}" : AbstractName;

    private string AbstractName => HeapType switch
    {
        HeapTypeKind.NoAny => "none",
        _ => HeapType.ToString().ToLowerInvariant(),
    };
}
