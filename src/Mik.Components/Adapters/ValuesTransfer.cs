using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Model;

namespace Mik.Components.Adapters;

/// <summary>Emits the transfer of whole parameter lists and results, flat or in memory (CanonicalABI.md, "Lifting and Lowering Values").</summary>
internal sealed class ValuesTransfer
{
    private readonly AdapterBody _body;
    private readonly ILGenerator _il;
    private readonly ComponentFunctionType _type;
    private readonly ValueLoader _loader;
    private readonly ValueStorer _storer;
    private readonly FlatLifter _lifter;
    private readonly FlatLowerer _lowerer;

    public ValuesTransfer(AdapterBody body, ComponentFunctionType type)
    {
        _body = body;
        _il = body.Il;
        _type = type;
        _loader = new ValueLoader(body);
        _storer = new ValueStorer(body);
        _lifter = new FlatLifter(body, _loader);
        _lowerer = new FlatLowerer(body, _storer);
    }

    /// <summary>Lifts the parameters, which start with argument 1 of the adapter, into locals.</summary>
    public LocalBuilder[] LiftParameters(ValueShape[] shapes, bool isAsync = false)
    {
        if ((isAsync ? FlatTypes.FlattenAsyncParameters(_type, _body.PointerType) : FlatTypes.FlattenParameters(_type, _body.PointerType)) is { } flat)
        {
            var source = new FlatValues(flat.Length);
            for (var i = 0; i < flat.Length; i++)
            {
                source.Add(i + 1, flat[i]);
            }
            return [.. shapes.Select(shape => _lifter.LiftFlat(shape, source))];
        }
        var types = ParameterTypes();
        var address = Region(1, _body.Layout.ExtentOfFields(types));
        var offsets = _body.Layout.FieldOffsets(types);
        return [.. shapes.Select((shape, i) => _loader.Load(shape, address, offsets[i]))];
    }

    /// <summary>Lowers the result of an imported function and returns from the adapter.</summary>
    public void LowerResult(ValueShape? shape, LocalBuilder? value, int resultPointerArgument, Action beforeReturn)
    {
        LocalBuilder[] flat = [];
        if (shape is not null && FlatTypes.FlattenResult(_type, _body.PointerType) is { } types)
        {
            flat = _lowerer.DeclareLocals(types);
            _lowerer.LowerFlat(shape, value!, flat);
        }
        else if (shape is not null)
        {
            _storer.Store(shape, value!, Region(resultPointerArgument, _body.Layout.ExtentOf(shape.Type)), 0);
        }
        beforeReturn();
        foreach (var local in flat)
        {
            _il.Emit(OpCodes.Ldloc, local);
        }
        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Lowers the arguments of an export into locals of its core parameters.</summary>
    public LocalBuilder[] LowerArguments(ValueShape[] shapes, LocalBuilder[] values)
    {
        if (FlatTypes.FlattenParameters(_type, _body.PointerType) is { } flat)
        {
            var locals = _lowerer.DeclareLocals(flat);
            var target = locals.AsSpan();
            for (var i = 0; i < shapes.Length; i++)
            {
                var count = FlatTypes.Flatten(shapes[i].Type, _body.PointerType)!.Length;
                _lowerer.LowerFlat(shapes[i], values[i], target[..count]);
                target = target[count..];
            }
            return locals;
        }
        var types = ParameterTypes();
        var extent = _body.Layout.ExtentOfFields(types);
        var offsets = _body.Layout.FieldOffsets(types);
        var pointer = _il.DeclareLocal(typeof(ulong));
        _body.PushContext();
        _il.Emit(OpCodes.Ldc_I8, extent.Size);
        _il.Emit(OpCodes.Ldc_I4, extent.Alignment);
        _il.Emit(OpCodes.Ldloca, pointer);
        _body.Call(typeof(LiftLowerContext), nameof(LiftLowerContext.Allocate));
        var address = _body.StoreNew(typeof(nint));
        for (var i = 0; i < shapes.Length; i++)
        {
            _storer.Store(shapes[i], values[i], address, offsets[i]);
        }
        _il.Emit(OpCodes.Ldloc, pointer);
        if (_body.PointerType == WasmValueType.I32)
        {
            _il.Emit(OpCodes.Conv_I4);
        }
        return [_body.StoreNew(AdapterBody.ClrTypeOf(_body.PointerType))];
    }

    /// <summary>Lifts a value of which the flat values, or the pointer to it, are 8 bytes each from the address on that is argument 1.</summary>
    public static LocalBuilder LiftRow(AdapterBody body, ValueShape shape)
    {
        var loader = new ValueLoader(body);
        return FlatTypes.Flatten(shape.Type, body.PointerType) is { } flat
            ? new FlatLifter(body, loader).LiftFlat(shape, ReadRow(body, flat))
            : loader.Load(shape, RowPointer(body, body.Layout.ExtentOf(shape.Type)), 0);
    }

    /// <summary>Lifts the parameters of an async lower, which are in such a row.</summary>
    public LocalBuilder[] LiftRow(ValueShape[] shapes)
    {
        if (FlatTypes.FlattenAsyncParameters(_type, _body.PointerType) is { } flat)
        {
            var source = ReadRow(_body, flat);
            return [.. shapes.Select(shape => _lifter.LiftFlat(shape, source))];
        }
        var types = ParameterTypes();
        var address = RowPointer(_body, _body.Layout.ExtentOfFields(types));
        var offsets = _body.Layout.FieldOffsets(types);
        return [.. shapes.Select((shape, i) => _loader.Load(shape, address, offsets[i]))];
    }

    /// <summary>Lifts the result of an export, whose core result is in a local.</summary>
    public LocalBuilder LiftResult(ValueShape shape, LocalBuilder coreResult)
    {
        if (FlatTypes.FlattenResult(_type, _body.PointerType) is { } flat)
        {
            var source = new FlatValues(1);
            source.Add(coreResult, flat[0]);
            return _lifter.LiftFlat(shape, source);
        }
        _il.Emit(OpCodes.Ldloc, coreResult);
        _il.Emit(OpCodes.Conv_U8);
        var address = _body.Region(_body.StoreNew(typeof(ulong)), _body.Layout.ExtentOf(shape.Type));
        return _loader.Load(shape, address, 0);
    }

    private static FlatValues ReadRow(AdapterBody body, WasmValueType[] flat)
    {
        var il = body.Il;
        var values = new FlatValues(flat.Length);
        for (var i = 0; i < flat.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldc_I4, 8 * i);
            il.Emit(OpCodes.Add);
            il.Emit(flat[i].Kind switch
            {
                WasmTypeKind.I64 => OpCodes.Ldind_I8,
                WasmTypeKind.F32 => OpCodes.Ldind_R4,
                WasmTypeKind.F64 => OpCodes.Ldind_R8,
                _ => OpCodes.Ldind_I4,
            });
            values.Add(body.StoreNew(AdapterBody.ClrTypeOf(flat[i])), flat[i]);
        }
        return values;
    }

    private static LocalBuilder RowPointer(AdapterBody body, Extent extent)
    {
        body.Il.Emit(OpCodes.Ldarg_1);
        body.Il.Emit(OpCodes.Ldind_U4);
        body.Il.Emit(OpCodes.Conv_U8);
        return body.Region(body.StoreNew(typeof(ulong)), extent);
    }

    private LocalBuilder Region(int argument, Extent extent)
    {
        _il.Emit(OpCodes.Ldarg, (short)argument);
        _il.Emit(OpCodes.Conv_U8);
        return _body.Region(_body.StoreNew(typeof(ulong)), extent);
    }

    private ComponentValueType[] ParameterTypes() => [.. _type.Parameters.Select(parameter => parameter.Type)];
}
