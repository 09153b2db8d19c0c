using Mik.Wasm.Model;

namespace Mik.Wasm.Objects;

/// <summary>What an object is the object of, for the host; emitted code looks at type words itself.</summary>
internal static unsafe class ObjectTypes
{
    /// <summary>Whether an object is of a reference type that is no function's.</summary>
    public static bool IsOf(object value, WasmValueType type) => type.HeapType switch
    {
        HeapTypeKind.Extern => true,
        HeapTypeKind.Exn => value is GuestObject exception && *(ObjectKind*)exception.Type == ObjectKind.Exception,
        _ => false,
    };
}
