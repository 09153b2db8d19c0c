using System.Runtime.Intrinsics;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>Exceptions as the host sees them to and from exceptions as guests have them: an object whose type word is the tag's record.</summary>
internal static class ExceptionPackage
{
    /// <summary>Makes the guest's form.</summary>
    public static GuestObject Make(TagInstance tag, IReadOnlyList<WasmValue> values)
    {
        var layout = StructureLayout.OfException(tag.Definition);
        var objects = Array.ConvertAll(layout.Shapes, static shape => (GuestObject)shape.Constructor.Invoke([]));
        objects[0].Type = tag.Record;
        for (var i = 1; i < objects.Length; i++)
        {
            layout.Link(i - 1).SetValue(objects[i - 1], objects[i]);
        }
        for (var i = 0; i < values.Count; i++)
        {
            layout.Field(i).SetValue(objects[StructureLayout.ObjectOf(i)], FieldOf(tag.Store, values[i], tag.Type.Parameters[i]));
        }
        return objects[0];
    }

    /// <summary>The values of the guest's form.</summary>
    public static WasmValue[] Values(TagInstance tag, GuestObject package)
    {
        var layout = StructureLayout.OfException(tag.Definition);
        var values = new WasmValue[tag.Type.Parameters.Length];
        object? current = package;
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0 && StructureLayout.ObjectOf(i) != StructureLayout.ObjectOf(i - 1))
            {
                current = layout.Link(StructureLayout.ObjectOf(i) - 1).GetValue(current);
            }
            values[i] = ValueOf(tag.Store, layout.Field(i).GetValue(current), tag.Type.Parameters[i]);
        }
        return values;
    }

    private static object? FieldOf(Store store, WasmValue value, WasmValueType type) => type.Kind switch
    {
        WasmTypeKind.I32 => value.AsI32,
        WasmTypeKind.I64 => value.AsI64,
        WasmTypeKind.F32 => value.AsF32,
        WasmTypeKind.F64 => value.AsF64,
        WasmTypeKind.V128 => value.AsV128,
        _ => type.IsFunctionReference ? value.AsReference : store.GetExternal(value.AsReference),
    };

    private static WasmValue ValueOf(Store store, object? field, WasmValueType type) => type.Kind switch
    {
        WasmTypeKind.I32 => WasmValue.I32((int)field!),
        WasmTypeKind.I64 => WasmValue.I64((long)field!),
        WasmTypeKind.F32 => WasmValue.F32((float)field!),
        WasmTypeKind.F64 => WasmValue.F64((double)field!),
        WasmTypeKind.V128 => WasmValue.V128((Vector128<byte>)field!),
        _ => WasmValue.Reference(type.IsFunctionReference ? (nint)field! : store.AddExternal(field)),
    };
}
