using System.Runtime.Intrinsics;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Instantiation;

/// <summary>The objects that constant expressions make.</summary>
internal static class ConstantObjects
{
    /// <summary>Runs one instruction.</summary>
    /// <param name="opcode">The instruction.</param>
    /// <param name="typeIndex">Its type.</param>
    /// <param name="count">How many elements <c>array.new_fixed</c> makes.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="operands">Its operands are taken from here.</param>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public static ConstantValue Make(Opcode opcode, int typeIndex, int count, ModuleInstance instance, Stack<ConstantValue> operands)
    {
        switch (opcode)
        {
            case Opcode.RefI31:
                return new(default, ObjectOperations.MakeI31(instance.Context, operands.Pop().Value.AsI32));
            case Opcode.AnyConvertExtern:
                return new(default, ObjectOperations.ConvertExternal(instance.Context, operands.Pop().Object));
            case Opcode.ExternConvertAny:
                return new(default, ObjectOperations.ConvertAny(operands.Pop().Object));
        }
        var type = instance.Module.Definitions[typeIndex];
        return new(default, opcode switch
        {
            Opcode.StructNew => Structure(instance, type, Take(operands, type.Fields.Length)),
            Opcode.StructNewDefault => Structure(instance, type, []),
            Opcode.ArrayNewFixed => Array(instance, type, Take(operands, count), count),
            Opcode.ArrayNew => Repeated(instance, type, operands.Pop().Value.AsI32, operands.Pop()),
            _ => Array(instance, type, [], operands.Pop().Value.AsI32),
        });
    }

    private static ConstantValue[] Take(Stack<ConstantValue> operands, int count)
    {
        var values = new ConstantValue[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = operands.Pop();
        }
        return values;
    }

    private static GuestObject Structure(ModuleInstance instance, WasmTypeDefinition type, ConstantValue[] values)
    {
        var layout = StructureLayout.Of(type);
        var objects = System.Array.ConvertAll(layout.Shapes, static shape => (GuestObject)shape.Constructor.Invoke([]));
        objects[0].Type = TypeRecord.Of(type);
        for (var i = 1; i < objects.Length; i++)
        {
            layout.Link(i - 1).SetValue(objects[i - 1], objects[i]);
        }
        for (var i = 0; i < values.Length; i++)
        {
            layout.Field(i).SetValue(objects[StructureLayout.ObjectOf(i)], Kept(values[i], type.Fields[i]));
        }
        ObjectOperations.CountStructure(instance.Context, objects[0], layout.Bytes);
        return objects[0];
    }

    private static GuestArray Repeated(ModuleInstance instance, WasmTypeDefinition type, int length, ConstantValue value)
    {
        var array = Array(instance, type, [], length);
        switch (array)
        {
            case GuestArrayOf<sbyte> bytes:
                bytes.Elements.AsSpan().Fill((sbyte)value.Value.AsI32);
                break;
            case GuestArrayOf<short> shorts:
                shorts.Elements.AsSpan().Fill((short)value.Value.AsI32);
                break;
            case GuestArrayOf<int> ints:
                ints.Elements.AsSpan().Fill(value.Value.AsI32);
                break;
            case GuestArrayOf<long> longs:
                longs.Elements.AsSpan().Fill(value.Value.AsI64);
                break;
            case GuestArrayOf<float> floats:
                floats.Elements.AsSpan().Fill(value.Value.AsF32);
                break;
            case GuestArrayOf<double> doubles:
                doubles.Elements.AsSpan().Fill(value.Value.AsF64);
                break;
            case GuestArrayOf<Vector128<byte>> vectors:
                vectors.Elements.AsSpan().Fill(value.Value.AsV128);
                break;
            case GuestArrayOf<nint> functions:
                functions.Elements.AsSpan().Fill(value.Value.AsReference);
                break;
            case GuestArrayOf<Ref> objects:
                objects.Elements.AsSpan().Fill(new Ref { Value = value.Object });
                break;
        }
        return array;
    }

    private static GuestArray Array(ModuleInstance instance, WasmTypeDefinition type, ConstantValue[] values, int length)
    {
        var array = Empty(instance, type, length);
        for (var i = 0; i < values.Length; i++)
        {
            Set(array, i, values[i]);
        }
        return array;
    }

    private static void Set(GuestArray array, int index, ConstantValue value)
    {
        switch (array)
        {
            case GuestArrayOf<sbyte> bytes:
                bytes.Elements[index] = (sbyte)value.Value.AsI32;
                break;
            case GuestArrayOf<short> shorts:
                shorts.Elements[index] = (short)value.Value.AsI32;
                break;
            case GuestArrayOf<int> ints:
                ints.Elements[index] = value.Value.AsI32;
                break;
            case GuestArrayOf<long> longs:
                longs.Elements[index] = value.Value.AsI64;
                break;
            case GuestArrayOf<float> floats:
                floats.Elements[index] = value.Value.AsF32;
                break;
            case GuestArrayOf<double> doubles:
                doubles.Elements[index] = value.Value.AsF64;
                break;
            case GuestArrayOf<Vector128<byte>> vectors:
                vectors.Elements[index] = value.Value.AsV128;
                break;
            case GuestArrayOf<nint> functions:
                functions.Elements[index] = value.Value.AsReference;
                break;
            case GuestArrayOf<Ref> objects:
                objects.Elements[index].Value = value.Object;
                break;
        }
    }

    private static GuestArray Empty(ModuleInstance instance, WasmTypeDefinition type, int length)
    {
        var (context, record) = (instance.Context, TypeRecord.Of(type));
        var element = type.Fields[0];
        return element.Packing switch
        {
            FieldPacking.I8 => ArrayOperations.Make<sbyte>(context, record, length),
            FieldPacking.I16 => ArrayOperations.Make<short>(context, record, length),
            _ => element.Value.Kind switch
            {
                WasmTypeKind.I32 => ArrayOperations.Make<int>(context, record, length),
                WasmTypeKind.I64 => ArrayOperations.Make<long>(context, record, length),
                WasmTypeKind.F32 => ArrayOperations.Make<float>(context, record, length),
                WasmTypeKind.F64 => ArrayOperations.Make<double>(context, record, length),
                WasmTypeKind.V128 => ArrayOperations.Make<Vector128<byte>>(context, record, length),
                _ when element.Value.IsFunctionReference => ArrayOperations.Make<nint>(context, record, length),
                _ => ArrayOperations.Make<Ref>(context, record, length),
            },
        };
    }

    private static object? Kept(ConstantValue value, FieldType field) => field.Packing switch
    {
        FieldPacking.I8 => (sbyte)value.Value.AsI32,
        FieldPacking.I16 => (short)value.Value.AsI32,
        _ => field.Value.Kind switch
        {
            WasmTypeKind.I32 => value.Value.AsI32,
            WasmTypeKind.I64 => value.Value.AsI64,
            WasmTypeKind.F32 => value.Value.AsF32,
            WasmTypeKind.F64 => value.Value.AsF64,
            WasmTypeKind.V128 => value.Value.AsV128,
            _ => field.Value.IsFunctionReference ? value.Value.AsReference : value.Object,
        },
    };
}
