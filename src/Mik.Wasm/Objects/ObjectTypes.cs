using Mik.Wasm.Model;

namespace Mik.Wasm.Objects;

/// <summary>What an object is the object of, for the host; emitted code looks at type words itself.</summary>
internal static unsafe class ObjectTypes
{
    /// <summary>Whether an object is of a reference type that is no function's.</summary>
    public static bool IsOf(object value, WasmValueType type)
    {
        if (type.HeapType == HeapTypeKind.Extern)
        {
            return true;
        }
        if (value is not GuestObject guest)
        {
            return false;
        }
        var kind = ((TypeRecord*)guest.Type)->Kind;
        return type.HeapType switch
        {
            HeapTypeKind.Exn => kind == ObjectKind.Exception,
            HeapTypeKind.Any => kind != ObjectKind.Exception,
            HeapTypeKind.Eq => kind <= ObjectKind.I31,
            HeapTypeKind.I31 => kind == ObjectKind.I31,
            HeapTypeKind.Struct => kind == ObjectKind.Struct,
            HeapTypeKind.Array => kind == ObjectKind.Array,
            HeapTypeKind.DefinedStruct or HeapTypeKind.DefinedArray => kind <= ObjectKind.Array && Extends((TypeRecord*)guest.Type, type.TypeNumber),
            _ => false,
        };
    }

    private static bool Extends(TypeRecord* record, int number)
    {
        var depth = TypeRegistry.Find(number)!.Depth;
        return depth <= record->Depth && *(int*)((byte*)record + TypeRecord.OffsetOf(depth)) == number;
    }
}
