using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.Adapters;

/// <summary>Emits writing values to guest memory (CanonicalABI.md, "Storing"). Addresses are raw and checked.</summary>
internal sealed class ValueStorer(AdapterBody body)
{
    private readonly ILGenerator _il = body.Il;

    /// <summary>Writes a value (<c>store</c>).</summary>
    public void Store(ValueShape shape, LocalBuilder value, LocalBuilder address, int offset)
    {
        switch (shape)
        {
            case PrimitiveShape primitive:
                body.PushAddress(address, offset);
                PushPrimitive(primitive, value);
                _il.Emit(StoreOpCode(primitive.Primitive.Kind));
                break;
            case StringShape:
                var (text, units) = StoreStringIntoRange(shape, value);
                body.StorePointer(text, address, offset);
                body.StorePointer(units, address, offset + body.Layout.PointerSize);
                break;
            case ListShape { List.FixedLength: { } length } list:
                body.PushAddress(address, offset);
                StoreListIntoValidRange(list, value, CheckedLength(list, value, length), body.StoreNew(typeof(nint)));
                break;
            case ListShape list:
                var (start, count) = StoreListIntoRange(list, value);
                body.StorePointer(start, address, offset);
                body.StorePointer(count, address, offset + body.Layout.PointerSize);
                break;
            case FieldsShape record:
                StoreRecord(record, value, address, offset);
                break;
            case CasesShape variant:
                StoreVariant(variant, value, address, offset);
                break;
            case EnumShape labels:
                body.PushAddress(address, offset);
                PushEnum(labels, value);
                body.StoreInteger(Layout.DiscriminantSize(labels.Enum.Labels.Count));
                break;
            case FlagsShape flags:
                body.PushAddress(address, offset);
                PushFlags(flags, value);
                body.StoreInteger(body.Layout.ElementSize(flags.Flags));
                break;
            case HandleShape handle:
                PushHandle(handle, value);
                var number = body.StoreNew(typeof(int));
                body.PushAddress(address, offset);
                _il.Emit(OpCodes.Ldloc, number);
                _il.Emit(OpCodes.Stind_I4);
                break;
            case EndShape end:
                PushEnd(end, value);
                var index = body.StoreNew(typeof(int));
                body.PushAddress(address, offset);
                _il.Emit(OpCodes.Ldloc, index);
                _il.Emit(OpCodes.Stind_I4);
                break;
            default:
                throw new InvalidOperationException($"cannot store {shape}");
        }
    }

    /// <summary>Pushes a primitive as its core value.</summary>
    public void PushPrimitive(PrimitiveShape shape, LocalBuilder value)
    {
        if (shape.Primitive.Kind == ComponentTypeKind.Char)
        {
            _il.Emit(OpCodes.Ldloca, value);
            body.Call(typeof(System.Text.Rune), "get_" + nameof(System.Text.Rune.Value));
        }
        else
        {
            _il.Emit(OpCodes.Ldloc, value);
        }
    }

    /// <summary>Pushes an enum's number, which the host may have got wrong.</summary>
    public void PushEnum(EnumShape shape, LocalBuilder value)
    {
        _il.Emit(OpCodes.Ldloc, value);
        _il.Emit(OpCodes.Conv_I4);
        var index = body.StoreNew(typeof(int));
        body.CheckCase(index, shape.Enum.Labels.Count);
        _il.Emit(OpCodes.Ldloc, index);
    }

    /// <summary>Pushes the bits of flags.</summary>
    public void PushFlags(FlagsShape shape, LocalBuilder value)
    {
        var count = shape.Flags.Labels.Count;
        _il.Emit(OpCodes.Ldloc, value);
        _il.Emit(OpCodes.Conv_I4);
        _il.Emit(OpCodes.Ldc_I4, count == 32 ? -1 : (1 << count) - 1);
        _il.Emit(OpCodes.And);
    }

    /// <summary>Gives the guest a handle and pushes its index (<c>lower_own</c>, <c>lower_borrow</c>).</summary>
    public void PushHandle(HandleShape shape, LocalBuilder value)
    {
        body.PushContext();
        _il.Emit(OpCodes.Ldloc, value);
        _il.Emit(OpCodes.Ldc_I4, shape.Resource.Slot);
        body.Call(typeof(HandleOperations), shape.IsOwn ? nameof(HandleOperations.LowerOwn) : nameof(HandleOperations.LowerBorrow));
    }

    /// <summary>Gives the guest an end of a stream or future and pushes its index.</summary>
    public void PushEnd(EndShape shape, LocalBuilder value)
    {
        body.PushContext();
        _il.Emit(OpCodes.Ldloc, value);
        _il.Emit(OpCodes.Ldc_I4, body.Emitter.SlotOf(shape.End));
        body.Call(shape.Transfer, nameof(EndTransfer.Lower));
    }

    /// <summary>Copies a string into the guest; pointer and length in locals (<c>store_string_into_range</c>).</summary>
    public (LocalBuilder Pointer, LocalBuilder Units) StoreStringIntoRange(ValueShape shape, LocalBuilder value)
    {
        var units = _il.DeclareLocal(typeof(ulong));
        body.PushContext();
        PushAsMemory(value);
        _il.Emit(OpCodes.Ldloca, units);
        body.Call(typeof(StringOperations), shape.ClrType == typeof(string)
            ? nameof(StringOperations.Store)
            : shape.ClrType == typeof(LinkedString) ? nameof(StringOperations.StoreLinked) : nameof(StringOperations.StoreUtf8));
        return (body.StoreNew(typeof(ulong)), units);
    }

    /// <summary>Copies a list into the guest; pointer and length in locals (<c>store_list_into_range</c>).</summary>
    public (LocalBuilder Pointer, LocalBuilder Count) StoreListIntoRange(ListShape shape, LocalBuilder value)
    {
        var count = _il.DeclareLocal(typeof(ulong));
        body.PushContext();
        if (shape.Element.ClrType == typeof(byte))
        {
            PushAsMemory(value);
            _il.Emit(OpCodes.Ldloca, count);
            body.Call(typeof(ListOperations), nameof(ListOperations.StoreBytes));
            return (body.StoreNew(typeof(ulong)), count);
        }
        _il.Emit(OpCodes.Ldloc, value);
        if (AdapterBody.IsCopied(shape.Element))
        {
            _il.Emit(OpCodes.Ldloca, count);
            body.Call(typeof(ListOperations), nameof(ListOperations.StoreIntegers), shape.Element.ClrType);
            return (body.StoreNew(typeof(ulong)), count);
        }
        var extent = body.Layout.ExtentOf(shape.List.Element);
        var address = _il.DeclareLocal(typeof(nint));
        _il.Emit(OpCodes.Ldlen);
        _il.Emit(OpCodes.Conv_I4);
        var length = body.StoreNew(typeof(int));
        _il.Emit(OpCodes.Ldloc, length);
        _il.Emit(OpCodes.Ldc_I4, (int)extent.Size);
        _il.Emit(OpCodes.Ldc_I4, extent.Alignment);
        _il.Emit(OpCodes.Ldloca, address);
        body.Call(typeof(ListOperations), nameof(ListOperations.Allocate));
        var pointer = body.StoreNew(typeof(ulong));
        _il.Emit(OpCodes.Ldloc, length);
        _il.Emit(OpCodes.Conv_U8);
        _il.Emit(OpCodes.Stloc, count);
        StoreListIntoValidRange(shape, value, length, address);
        return (pointer, count);
    }

    /// <summary>The length of an array that stands for a fixed-length list, after a check.</summary>
    public LocalBuilder CheckedLength(ListShape shape, LocalBuilder value, uint length)
    {
        _il.Emit(OpCodes.Ldloc, value);
        _il.Emit(OpCodes.Ldc_I4, (int)length);
        body.Call(typeof(ListOperations), nameof(ListOperations.CheckFixedLength));
        return body.StoreNew(typeof(int));
    }

    private void StoreListIntoValidRange(ListShape shape, LocalBuilder value, LocalBuilder count, LocalBuilder address) =>
        body.ForEachElement(count, address, body.Layout.ElementSize(shape.List.Element), (index, current) =>
        {
            _il.Emit(OpCodes.Ldloc, value);
            _il.Emit(OpCodes.Ldloc, index);
            _il.Emit(OpCodes.Ldelem, shape.Element.ClrType);
            Store(shape.Element, body.StoreNew(shape.Element.ClrType), current, 0);
        });

    private void StoreRecord(FieldsShape shape, LocalBuilder value, LocalBuilder address, int offset)
    {
        var offsets = body.Layout.FieldOffsets(shape.Type);
        for (var i = 0; i < offsets.Length; i++)
        {
            shape.EmitGetField(_il, value, i);
            Store(shape.Fields[i], body.StoreNew(shape.Fields[i].ClrType), address, offset + offsets[i]);
        }
    }

    private void StoreVariant(CasesShape shape, LocalBuilder value, LocalBuilder address, int offset)
    {
        if (!AdapterEmitter.IsApart(shape))
        {
            StoreInPlace(shape, value, address, offset);
            return;
        }
        body.PushContext();
        _il.Emit(OpCodes.Ldloc, value);
        body.PushAddress(address, offset);
        _il.Emit(OpCodes.Call, body.Emitter.Part(
            "store", shape, body.PointerType, typeof(void), [shape.ClrType, typeof(nint)],
            part =>
            {
                part.Il.Emit(OpCodes.Ldarg_1);
                var whole = part.StoreNew(shape.ClrType);
                part.Il.Emit(OpCodes.Ldarg_2);
                new ValueStorer(part).StoreInPlace(shape, whole, part.StoreNew(typeof(nint)), 0);
                part.Il.Emit(OpCodes.Ret);
            }));
    }

    private void StoreInPlace(CasesShape shape, LocalBuilder value, LocalBuilder address, int offset)
    {
        shape.EmitGetCase(_il, value);
        var caseIndex = body.StoreNew(typeof(int));
        body.CheckCase(caseIndex, shape.Cases.Length);
        body.PushAddress(address, offset);
        _il.Emit(OpCodes.Ldloc, caseIndex);
        body.StoreInteger(Layout.DiscriminantSize(shape.Cases.Length));
        var payloadOffset = offset + body.Layout.PayloadOffset(shape.Type);
        body.SwitchCases(
            shape,
            caseIndex,
            i =>
            {
                shape.EmitGetPayload(_il, value, i);
                Store(shape.Cases[i]!, body.StoreNew(shape.Cases[i]!.ClrType), address, payloadOffset);
            },
            () => { });
    }

    /// <summary>Pushes a string or bytes; an array becomes a <c>ReadOnlyMemory</c>.</summary>
    private void PushAsMemory(LocalBuilder value)
    {
        _il.Emit(OpCodes.Ldloc, value);
        if (value.LocalType == typeof(byte[]))
        {
            _il.Emit(OpCodes.Newobj, typeof(ReadOnlyMemory<byte>).GetConstructor([typeof(byte[])])!);
        }
    }

    private static OpCode StoreOpCode(ComponentTypeKind kind) => kind switch
    {
        ComponentTypeKind.Bool or ComponentTypeKind.S8 or ComponentTypeKind.U8 => OpCodes.Stind_I1,
        ComponentTypeKind.S16 or ComponentTypeKind.U16 => OpCodes.Stind_I2,
        ComponentTypeKind.S64 or ComponentTypeKind.U64 => OpCodes.Stind_I8,
        ComponentTypeKind.F32 => OpCodes.Stind_R4,
        ComponentTypeKind.F64 => OpCodes.Stind_R8,
        _ => OpCodes.Stind_I4,
    };
}
