using System.Runtime.Intrinsics;
using Mik.Wasm.Model;

namespace Mik.Wasm.Translation;

/// <summary>The types that values of a guest have in emitted code.</summary>
internal enum StackType : byte
{
    /// <summary>CIL <c>int32</c>.</summary>
    I32,
    /// <summary>CIL <c>int64</c>.</summary>
    I64,
    /// <summary>CIL <c>float32</c>.</summary>
    F32,
    /// <summary>CIL <c>float64</c>.</summary>
    F64,
    /// <summary>A reference to a function: CIL <c>native int</c>.</summary>
    Reference,
    /// <summary><see cref="Vector128{T}"/> of bytes.</summary>
    V128,
    /// <summary>Any other reference, which the collector must see: CIL <c>object</c>.</summary>
    Object,
}

/// <summary>From types of the module to types of emitted code.</summary>
internal static class StackTypes
{
    /// <summary>Number of members of <see cref="StackType"/>.</summary>
    public const int Count = 7;

    private static readonly Type[] ClrTypes =
        [typeof(int), typeof(long), typeof(float), typeof(double), typeof(nint), typeof(Vector128<byte>), typeof(object)];

    /// <summary>How values of the type are held.</summary>
    public static StackType Of(WasmValueType type) => type.Kind switch
    {
        WasmTypeKind.I32 => StackType.I32,
        WasmTypeKind.I64 => StackType.I64,
        WasmTypeKind.F32 => StackType.F32,
        WasmTypeKind.F64 => StackType.F64,
        WasmTypeKind.V128 => StackType.V128,
        _ => type.IsFunctionReference ? StackType.Reference : StackType.Object,
    };

    /// <summary>The type in signatures and of locals.</summary>
    public static Type ToClr(this StackType type) => ClrTypes[(int)type];

    /// <summary>The type in signatures and of locals.</summary>
    public static Type ToClr(WasmValueType type) => Of(type).ToClr();
}
