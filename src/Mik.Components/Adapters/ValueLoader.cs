using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.Adapters;

/// <summary>
/// Emits reading values from guest memory (CanonicalABI.md, "Loading"). Addresses are raw: whoever made them has checked
/// the whole range.
/// </summary>
internal sealed class ValueLoader(AdapterBody body)
{
    private readonly ILGenerator _il = body.Il;

    /// <summary>Reads a value into a new local (<c>load</c>).</summary>
    public LocalBuilder Load(ValueShape shape, LocalBuilder address, int offset)
    {
        switch (shape)
        {
            case PrimitiveShape primitive:
                body.PushAddress(address, offset);
                _il.Emit(LoadOpCode(primitive.Primitive.Kind));
                return FinishPrimitive(primitive);
            case StringShape:
                return LoadStringFromRange(shape, body.LoadPointer(address, offset), body.LoadPointer(address, offset + body.Layout.PointerSize));
            case ListShape { List.FixedLength: { } length } list:
                return LoadListFromValidRange(list, length, address, offset);
            case ListShape list:
                return LoadListFromRange(list, body.LoadPointer(address, offset), body.LoadPointer(address, offset + body.Layout.PointerSize));
            case FieldsShape record:
                return LoadRecord(record, address, offset);
            case CasesShape variant:
                return LoadVariant(variant, address, offset);
            case EnumShape labels:
                return FinishEnum(labels, body.LoadInteger(address, offset, Layout.DiscriminantSize(labels.Enum.Labels.Count)));
            case FlagsShape flags:
                return FinishFlags(flags, body.LoadInteger(address, offset, body.Layout.ElementSize(flags.Flags)));
            case HandleShape handle:
                return LiftHandle(handle, body.LoadInteger(address, offset, 4));
            case EndShape end:
                return LiftEnd(end, body.LoadInteger(address, offset, 4));
            default:
                throw new InvalidOperationException($"cannot load {shape}");
        }
    }

    /// <summary>Turns the number on the stack into the primitive value.</summary>
    public LocalBuilder FinishPrimitive(PrimitiveShape shape)
    {
        switch (shape.Primitive.Kind)
        {
            case ComponentTypeKind.Bool:
                _il.Emit(OpCodes.Ldc_I4_0);
                _il.Emit(OpCodes.Cgt_Un);
                break;
            case ComponentTypeKind.Char:
                body.Call(typeof(AdapterOperations), nameof(AdapterOperations.ConvertToChar));
                break;
            case ComponentTypeKind.F32:
                body.Call(typeof(AdapterOperations), nameof(AdapterOperations.CanonicalizeNan32));
                break;
            case ComponentTypeKind.F64:
                body.Call(typeof(AdapterOperations), nameof(AdapterOperations.CanonicalizeNan64));
                break;
        }
        return body.StoreNew(shape.ClrType);
    }

    /// <summary>Checks an enum's number and converts it.</summary>
    public LocalBuilder FinishEnum(EnumShape shape, LocalBuilder index)
    {
        body.CheckCase(index, shape.Enum.Labels.Count);
        return ConvertToIntegral(shape.ClrType, index);
    }

    /// <summary>Drops the bits that are no labels and converts the rest.</summary>
    public LocalBuilder FinishFlags(FlagsShape shape, LocalBuilder bits)
    {
        var count = shape.Flags.Labels.Count;
        _il.Emit(OpCodes.Ldloc, bits);
        _il.Emit(OpCodes.Ldc_I4, count == 32 ? -1 : (1 << count) - 1);
        _il.Emit(OpCodes.And);
        return ConvertToIntegral(shape.ClrType, body.StoreNew(typeof(int)));
    }

    /// <summary>Takes a handle's resource (<c>lift_own</c>, <c>lift_borrow</c>).</summary>
    public LocalBuilder LiftHandle(HandleShape shape, LocalBuilder handle)
    {
        body.PushContext();
        _il.Emit(OpCodes.Ldloc, handle);
        _il.Emit(OpCodes.Ldc_I4, shape.Resource.Slot);
        body.Call(typeof(HandleOperations), shape.IsOwn ? nameof(HandleOperations.LiftOwn) : nameof(HandleOperations.LiftBorrow));
        if (shape.ClrType != typeof(object))
        {
            body.Call(typeof(HandleOperations), nameof(HandleOperations.Cast), shape.ClrType);
        }
        return body.StoreNew(shape.ClrType);
    }

    /// <summary>Takes an end of a stream or future.</summary>
    public LocalBuilder LiftEnd(EndShape shape, LocalBuilder handle)
    {
        body.PushContext();
        _il.Emit(OpCodes.Ldloc, handle);
        _il.Emit(OpCodes.Ldc_I4, body.Emitter.SlotOf(shape.End));
        body.Call(shape.Transfer, nameof(EndTransfer.Lift));
        return body.StoreNew(shape.ClrType);
    }

    /// <summary>Reads a string whose pointer and length are in locals (<c>load_string_from_range</c>).</summary>
    public LocalBuilder LoadStringFromRange(ValueShape shape, LocalBuilder pointer, LocalBuilder units)
    {
        body.PushContext();
        _il.Emit(OpCodes.Ldloc, pointer);
        _il.Emit(OpCodes.Ldloc, units);
        body.Call(typeof(StringOperations), shape.ClrType == typeof(string)
            ? nameof(StringOperations.Load)
            : shape.ClrType == typeof(LinkedString) ? nameof(StringOperations.LoadLinked) : nameof(StringOperations.LoadUtf8));
        return body.StoreNew(shape.ClrType);
    }

    /// <summary>Reads a list whose pointer and length are in locals (<c>load_list_from_range</c>).</summary>
    public LocalBuilder LoadListFromRange(ListShape shape, LocalBuilder pointer, LocalBuilder count)
    {
        body.PushContext();
        _il.Emit(OpCodes.Ldloc, pointer);
        _il.Emit(OpCodes.Ldloc, count);
        if (shape.ClrType == typeof(ReadOnlySpan<byte>))
        {
            body.Call(typeof(ListOperations), nameof(ListOperations.LoadBytes));
            return body.StoreNew(shape.ClrType);
        }
        if (AdapterBody.IsCopied(shape.Element))
        {
            body.Call(typeof(ListOperations), nameof(ListOperations.LoadIntegers), shape.Element.ClrType);
            return body.StoreNew(shape.ClrType);
        }
        var extent = body.Layout.ExtentOf(shape.List.Element);
        var address = _il.DeclareLocal(typeof(nint));
        _il.Emit(OpCodes.Ldc_I4, (int)extent.Size);
        _il.Emit(OpCodes.Ldc_I4, extent.Alignment);
        _il.Emit(OpCodes.Ldloca, address);
        body.Call(typeof(ListOperations), nameof(ListOperations.NewArray), shape.Element.ClrType);
        var array = body.StoreNew(shape.ClrType);
        _il.Emit(OpCodes.Ldloc, count);
        _il.Emit(OpCodes.Conv_I4);
        LoadElements(shape, array, body.StoreNew(typeof(int)), address);
        return array;
    }

    private LocalBuilder LoadListFromValidRange(ListShape shape, uint length, LocalBuilder address, int offset)
    {
        _il.Emit(OpCodes.Ldc_I4, (int)length);
        var count = body.StoreNew(typeof(int));
        _il.Emit(OpCodes.Ldloc, count);
        _il.Emit(OpCodes.Newarr, shape.Element.ClrType);
        var array = body.StoreNew(shape.ClrType);
        body.PushAddress(address, offset);
        LoadElements(shape, array, count, body.StoreNew(typeof(nint)));
        return array;
    }

    private void LoadElements(ListShape shape, LocalBuilder array, LocalBuilder count, LocalBuilder address) =>
        body.ForEachElement(count, address, body.Layout.ElementSize(shape.List.Element), (index, current) =>
        {
            var element = Load(shape.Element, current, 0);
            _il.Emit(OpCodes.Ldloc, array);
            _il.Emit(OpCodes.Ldloc, index);
            _il.Emit(OpCodes.Ldloc, element);
            _il.Emit(OpCodes.Stelem, shape.Element.ClrType);
        });

    private LocalBuilder LoadRecord(FieldsShape shape, LocalBuilder address, int offset)
    {
        var offsets = body.Layout.FieldOffsets(shape.Type);
        var fields = new LocalBuilder[shape.Fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Load(shape.Fields[i], address, offset + offsets[i]);
        }
        shape.EmitConstruct(_il, fields);
        return body.StoreNew(shape.ClrType);
    }

    private LocalBuilder LoadVariant(CasesShape shape, LocalBuilder address, int offset)
    {
        if (!AdapterEmitter.IsApart(shape))
        {
            return LoadInPlace(shape, address, offset);
        }
        body.PushContext();
        body.PushAddress(address, offset);
        _il.Emit(OpCodes.Call, body.Emitter.Part(
            "load", shape, body.PointerType, shape.ClrType, [typeof(nint)],
            part =>
            {
                part.Il.Emit(OpCodes.Ldarg_1);
                part.Il.Emit(OpCodes.Ldloc, new ValueLoader(part).LoadInPlace(shape, part.StoreNew(typeof(nint)), 0));
                part.Il.Emit(OpCodes.Ret);
            }));
        return body.StoreNew(shape.ClrType);
    }

    private LocalBuilder LoadInPlace(CasesShape shape, LocalBuilder address, int offset)
    {
        var caseIndex = body.LoadInteger(address, offset, Layout.DiscriminantSize(shape.Cases.Length));
        body.CheckCase(caseIndex, shape.Cases.Length);
        var payload = offset + body.Layout.PayloadOffset(shape.Type);
        return body.ConstructCase(shape, caseIndex, i => Load(shape.Cases[i]!, address, payload));
    }

    private LocalBuilder ConvertToIntegral(Type type, LocalBuilder value)
    {
        _il.Emit(OpCodes.Ldloc, value);
        switch (System.Type.GetTypeCode(type))
        {
            case TypeCode.Byte or TypeCode.SByte:
                _il.Emit(OpCodes.Conv_U1);
                break;
            case TypeCode.Int16 or TypeCode.UInt16:
                _il.Emit(OpCodes.Conv_U2);
                break;
            case TypeCode.Int64 or TypeCode.UInt64:
                _il.Emit(OpCodes.Conv_U8);
                break;
        }
        return body.StoreNew(type);
    }

    private static OpCode LoadOpCode(ComponentTypeKind kind) => kind switch
    {
        ComponentTypeKind.Bool or ComponentTypeKind.U8 => OpCodes.Ldind_U1,
        ComponentTypeKind.S8 => OpCodes.Ldind_I1,
        ComponentTypeKind.S16 => OpCodes.Ldind_I2,
        ComponentTypeKind.U16 => OpCodes.Ldind_U2,
        ComponentTypeKind.S64 or ComponentTypeKind.U64 => OpCodes.Ldind_I8,
        ComponentTypeKind.F32 => OpCodes.Ldind_R4,
        ComponentTypeKind.F64 => OpCodes.Ldind_R8,
        _ => OpCodes.Ldind_I4,
    };
}
