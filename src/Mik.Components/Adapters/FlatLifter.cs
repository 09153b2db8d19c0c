using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Adapters;

/// <summary>Emits reading values from core parameters and results (CanonicalABI.md, "Flat Lifting").</summary>
internal sealed class FlatLifter(AdapterBody body, ValueLoader loader)
{
    private readonly ILGenerator _il = body.Il;

    /// <summary>Reads a value into a new local (<c>lift_flat</c>).</summary>
    public LocalBuilder LiftFlat(ValueShape shape, FlatValues source)
    {
        switch (shape)
        {
            case PrimitiveShape primitive:
                source.PushNext(_il);
                Narrow(primitive.Primitive.Kind);
                return loader.FinishPrimitive(primitive);
            case StringShape:
                return loader.LoadStringFromRange(shape, NextPointer(source), NextPointer(source));
            case ListShape { List.FixedLength: { } length } list:
                return LiftFlatList(list, length, source);
            case ListShape list:
                return loader.LoadListFromRange(list, NextPointer(source), NextPointer(source));
            case FieldsShape record:
                record.EmitConstruct(_il, [.. record.Fields.Select(field => LiftFlat(field, source))]);
                return body.StoreNew(record.ClrType);
            case CasesShape variant:
                return LiftFlatVariant(variant, source);
            case EnumShape labels:
                return loader.FinishEnum(labels, NextInteger(source));
            case FlagsShape flags:
                return loader.FinishFlags(flags, NextInteger(source));
            case HandleShape handle:
                return loader.LiftHandle(handle, NextInteger(source));
            case EndShape end:
                return loader.LiftEnd(end, NextInteger(source));
            default:
                throw new InvalidOperationException($"cannot lift {shape}");
        }
    }

    private LocalBuilder LiftFlatVariant(CasesShape shape, FlatValues source)
    {
        if (AdapterEmitter.IsApart(shape))
        {
            return LiftApart(shape, source);
        }
        return LiftInPlace(shape, source);
    }

    private LocalBuilder LiftApart(CasesShape shape, FlatValues source)
    {
        var types = FlatTypes.Flatten(shape.Type, body.PointerType)!;
        body.PushContext();
        foreach (var _ in types)
        {
            source.PushNext(_il);
        }
        _il.Emit(OpCodes.Call, body.Emitter.Part(
            "lift", shape, body.PointerType, shape.ClrType, [.. types.Select(AdapterBody.ClrTypeOf)],
            part =>
            {
                var values = new FlatValues(types.Length);
                for (var i = 0; i < types.Length; i++)
                {
                    values.Add(i + 1, types[i]);
                }
                part.Il.Emit(OpCodes.Ldloc, new FlatLifter(part, new ValueLoader(part)).LiftInPlace(shape, values));
                part.Il.Emit(OpCodes.Ret);
            }));
        return body.StoreNew(shape.ClrType);
    }

    private LocalBuilder LiftInPlace(CasesShape shape, FlatValues source)
    {
        var rest = FlatTypes.Flatten(shape.Type, body.PointerType)!.Length - 1;
        var caseIndex = NextInteger(source);
        body.CheckCase(caseIndex, shape.Cases.Length);
        var start = source.Position;
        var value = body.ConstructCase(shape, caseIndex, i =>
        {
            source.Position = start;
            var wanted = FlatTypes.Flatten(shape.Cases[i]!.Type, body.PointerType)!;
            var payload = new FlatValues(wanted.Length);
            foreach (var type in wanted)
            {
                var have = source.Type;
                source.PushNext(_il);
                Coerce(have, type);
                payload.Add(body.StoreNew(AdapterBody.ClrTypeOf(type)), type);
            }
            return LiftFlat(shape.Cases[i]!, payload);
        });
        source.Position = start + rest;
        return value;
    }

    private LocalBuilder LiftFlatList(ListShape shape, uint length, FlatValues source)
    {
        _il.Emit(OpCodes.Ldc_I4, (int)length);
        _il.Emit(OpCodes.Newarr, shape.Element.ClrType);
        var array = body.StoreNew(shape.ClrType);
        for (var i = 0; i < length; i++)
        {
            var element = LiftFlat(shape.Element, source);
            _il.Emit(OpCodes.Ldloc, array);
            _il.Emit(OpCodes.Ldc_I4, i);
            _il.Emit(OpCodes.Ldloc, element);
            _il.Emit(OpCodes.Stelem, shape.Element.ClrType);
        }
        return array;
    }

    private LocalBuilder NextPointer(FlatValues source)
    {
        source.PushNext(_il);
        _il.Emit(OpCodes.Conv_U8);
        return body.StoreNew(typeof(ulong));
    }

    private LocalBuilder NextInteger(FlatValues source)
    {
        source.PushNext(_il);
        return body.StoreNew(typeof(int));
    }

    /// <summary>Drops the upper bits of a small integer, whatever the guest left there.</summary>
    private void Narrow(ComponentTypeKind kind)
    {
        switch (kind)
        {
            case ComponentTypeKind.U8:
                _il.Emit(OpCodes.Conv_U1);
                break;
            case ComponentTypeKind.S8:
                _il.Emit(OpCodes.Conv_I1);
                break;
            case ComponentTypeKind.U16:
                _il.Emit(OpCodes.Conv_U2);
                break;
            case ComponentTypeKind.S16:
                _il.Emit(OpCodes.Conv_I2);
                break;
        }
    }

    private void Coerce(WasmValueType have, WasmValueType want)
    {
        if (have == want)
        {
            return;
        }
        if (want == WasmValueType.F64)
        {
            body.Call(typeof(BitConverter), nameof(BitConverter.Int64BitsToDouble));
            return;
        }
        if (have == WasmValueType.I64)
        {
            _il.Emit(OpCodes.Conv_I4);
        }
        if (want == WasmValueType.F32)
        {
            body.Call(typeof(BitConverter), nameof(BitConverter.Int32BitsToSingle));
        }
    }
}

/// <summary>A row of core values in arguments or locals, read from left to right (definitions.py, <c>CoreValueIter</c>).</summary>
internal sealed class FlatValues(int capacity)
{
    private readonly List<(WasmValueType Type, int Argument, LocalBuilder? Local)> _values = new(capacity);

    /// <summary>The next value to be read.</summary>
    public int Position { get; set; }

    /// <summary>The type of the next value.</summary>
    public WasmValueType Type => _values[Position].Type;

    public void Add(LocalBuilder local, WasmValueType type) => _values.Add((type, -1, local));

    public void Add(int argument, WasmValueType type) => _values.Add((type, argument, null));

    /// <summary>Pushes the next value.</summary>
    public void PushNext(ILGenerator il)
    {
        var (_, argument, local) = _values[Position++];
        if (local is null)
        {
            il.Emit(OpCodes.Ldarg, (short)argument);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, local);
        }
    }
}
