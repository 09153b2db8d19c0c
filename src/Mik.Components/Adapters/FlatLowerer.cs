using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Adapters;

/// <summary>Emits writing values to core parameters and results (CanonicalABI.md, "Flat Lowering").</summary>
internal sealed class FlatLowerer(AdapterBody body, ValueStorer storer)
{
    private readonly ILGenerator _il = body.Il;

    /// <summary>Writes a value to locals of its flat types (<c>lower_flat</c>).</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="value">The value.</param>
    /// <param name="target">The locals; those that a variant's case does not use keep their zeros.</param>
    public void LowerFlat(ValueShape shape, LocalBuilder value, ReadOnlySpan<LocalBuilder> target)
    {
        switch (shape)
        {
            case PrimitiveShape primitive:
                storer.PushPrimitive(primitive, value);
                _il.Emit(OpCodes.Stloc, target[0]);
                break;
            case StringShape:
                StorePair(storer.StoreStringIntoRange(shape, value), target);
                break;
            case ListShape { List.FixedLength: { } length } list:
                LowerFlatList(list, value, length, target);
                break;
            case ListShape list:
                StorePair(storer.StoreListIntoRange(list, value), target);
                break;
            case FieldsShape record:
                foreach (var (field, index) in record.Fields.Select((field, index) => (field, index)))
                {
                    var count = FlatTypes.Flatten(field.Type, body.PointerType)!.Length;
                    record.EmitGetField(_il, value, index);
                    LowerFlat(field, body.StoreNew(field.ClrType), target[..count]);
                    target = target[count..];
                }
                break;
            case CasesShape variant:
                LowerFlatVariant(variant, value, target.ToArray());
                break;
            case EnumShape labels:
                storer.PushEnum(labels, value);
                _il.Emit(OpCodes.Stloc, target[0]);
                break;
            case FlagsShape flags:
                storer.PushFlags(flags, value);
                _il.Emit(OpCodes.Stloc, target[0]);
                break;
            case HandleShape handle:
                storer.PushHandle(handle, value);
                _il.Emit(OpCodes.Stloc, target[0]);
                break;
            case EndShape end:
                storer.PushEnd(end, value);
                _il.Emit(OpCodes.Stloc, target[0]);
                break;
            default:
                throw new InvalidOperationException($"cannot lower {shape}");
        }
    }

    /// <summary>New locals for flat values.</summary>
    public LocalBuilder[] DeclareLocals(ReadOnlySpan<WasmValueType> types)
    {
        var locals = new LocalBuilder[types.Length];
        for (var i = 0; i < locals.Length; i++)
        {
            locals[i] = _il.DeclareLocal(AdapterBody.ClrTypeOf(types[i]));
        }
        return locals;
    }

    private void LowerFlatVariant(CasesShape shape, LocalBuilder value, LocalBuilder[] target)
    {
        shape.EmitGetCase(_il, value);
        _il.Emit(OpCodes.Stloc, target[0]);
        body.CheckCase(target[0], shape.Cases.Length);
        body.SwitchCases(
            shape,
            target[0],
            i =>
            {
                shape.EmitGetPayload(_il, value, i);
                var payload = body.StoreNew(shape.Cases[i]!.ClrType);
                var flat = DeclareLocals(FlatTypes.Flatten(shape.Cases[i]!.Type, body.PointerType));
                LowerFlat(shape.Cases[i]!, payload, flat);
                for (var j = 0; j < flat.Length; j++)
                {
                    _il.Emit(OpCodes.Ldloc, flat[j]);
                    Coerce(flat[j].LocalType, target[j + 1].LocalType);
                    _il.Emit(OpCodes.Stloc, target[j + 1]);
                }
            },
            () => { });
    }

    private void LowerFlatList(ListShape shape, LocalBuilder value, uint length, ReadOnlySpan<LocalBuilder> target)
    {
        storer.CheckedLength(shape, value, length);
        var count = target.Length / (int)length;
        for (var i = 0; i < length; i++)
        {
            _il.Emit(OpCodes.Ldloc, value);
            _il.Emit(OpCodes.Ldc_I4, i);
            _il.Emit(OpCodes.Ldelem, shape.Element.ClrType);
            LowerFlat(shape.Element, body.StoreNew(shape.Element.ClrType), target.Slice(i * count, count));
        }
    }

    private void StorePair((LocalBuilder Pointer, LocalBuilder Length) pair, ReadOnlySpan<LocalBuilder> target)
    {
        StorePointer(pair.Pointer, target[0]);
        StorePointer(pair.Length, target[1]);
    }

    private void StorePointer(LocalBuilder pointer, LocalBuilder target)
    {
        _il.Emit(OpCodes.Ldloc, pointer);
        if (target.LocalType == typeof(int))
        {
            _il.Emit(OpCodes.Conv_I4);
        }
        _il.Emit(OpCodes.Stloc, target);
    }

    private void Coerce(Type have, Type want)
    {
        if (have == want)
        {
            return;
        }
        if (have == typeof(double))
        {
            body.Call(typeof(BitConverter), nameof(BitConverter.DoubleToInt64Bits));
            return;
        }
        if (have == typeof(float))
        {
            body.Call(typeof(BitConverter), nameof(BitConverter.SingleToInt32Bits));
        }
        if (want == typeof(long))
        {
            _il.Emit(OpCodes.Conv_U8);
        }
    }
}
