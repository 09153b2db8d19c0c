using System.Reflection.Emit;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.HostBinding;

/// <summary>
/// The shapes of the embedding API and of calls between guests, which need no C# types of their own: numbers, <c>bool</c> and
/// <c>Rune</c> as themselves; <c>string</c> as <see cref="LinkedString"/> (a C# string in the embedding API); record and tuple as <c>object?[]</c>; variant,
/// option and result as
/// <see cref="VariantValue"/>; <c>enum</c> as the label's index (<c>int</c>); <c>flags</c> as <c>uint</c>; a list as an array of its
/// element's type (<c>list&lt;u8&gt;</c> is <c>byte[]</c>); a handle as the host's resource object or a <see cref="GuestResource"/>.
/// </summary>
internal static class DynamicShapes
{
    /// <summary>The dynamic shape of a type.</summary>
    public static ValueShape Of(ComponentValueType type) => type switch
    {
        PrimitiveType { Kind: ComponentTypeKind.String } => new StringShape(type, typeof(LinkedString)),
        PrimitiveType primitive => new PrimitiveShape(primitive, PrimitiveShape.ClrTypeOf(primitive.Kind)),
        RecordType record => new DynamicFieldsShape(type, [.. record.Fields.Select(field => Of(field.Type))]),
        TupleType tuple => new DynamicFieldsShape(type, [.. tuple.Elements.Select(Of)]),
        VariantType variant => new DynamicCasesShape(type, [.. variant.Cases.Select(variantCase => OfOptional(variantCase.Type))]),
        OptionType option => new DynamicCasesShape(type, [null, Of(option.Element)]),
        ResultType result => new DynamicCasesShape(type, [OfOptional(result.Ok), OfOptional(result.Error)]),
        EnumType labels => new EnumShape(labels, typeof(int)),
        FlagsType flags => new FlagsShape(flags, typeof(uint)),
        ListType list => OfList(list),
        AsyncValueType end => new EndShape(end, typeof(Transmission)),
        OwnType or BorrowType => new HandleShape(type, typeof(object)),
        _ => throw new InvalidOperationException($"no shape for {WitText.Of(type)}"),
    };

    /// <summary>The dynamic shapes of a function's parameters.</summary>
    public static ValueShape[] OfParameters(ComponentFunctionType type) => [.. type.Parameters.Select(parameter => Of(parameter.Type))];

    /// <summary>The dynamic shape of a function's result, or null.</summary>
    public static ValueShape? OfResult(ComponentFunctionType type) => OfOptional(type.Result);

    /// <summary>Emits an <c>object?[]</c> of values.</summary>
    public static void EmitArray(ILGenerator il, LocalBuilder[] values)
    {
        il.Emit(OpCodes.Ldc_I4, values.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < values.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldloc, values[i]);
            il.Emit(OpCodes.Box, values[i].LocalType);
            il.Emit(OpCodes.Stelem_Ref);
        }
    }

    private static ValueShape? OfOptional(ComponentValueType? type) => type is null ? null : Of(type);

    private static ListShape OfList(ListType list)
    {
        var element = Of(list.Element);
        return new ListShape(list, element.ClrType.MakeArrayType(), element);
    }
}

/// <summary>A record or tuple as <c>object?[]</c>.</summary>
internal sealed record DynamicFieldsShape(ComponentValueType Type, ValueShape[] Fields)
    : FieldsShape(Type, typeof(object?[]), Fields)
{
    public override void EmitConstruct(ILGenerator il, LocalBuilder[] fields) => DynamicShapes.EmitArray(il, fields);

    public override void EmitGetField(ILGenerator il, LocalBuilder value, int index)
    {
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Unbox_Any, Fields[index].ClrType);
    }
}

/// <summary>A variant, option or result as <see cref="VariantValue"/>.</summary>
internal sealed record DynamicCasesShape(ComponentValueType Type, ValueShape?[] Cases)
    : CasesShape(Type, typeof(VariantValue), Cases)
{
    public override void EmitConstruct(ILGenerator il, int caseIndex, LocalBuilder? payload)
    {
        il.Emit(OpCodes.Ldc_I4, caseIndex);
        if (payload is null)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, payload);
            il.Emit(OpCodes.Box, payload.LocalType);
        }
        il.Emit(OpCodes.Newobj, ClrType.GetConstructor([typeof(int), typeof(object)])!);
    }

    public override bool TryEmitConstruct(ILGenerator il, LocalBuilder caseIndex)
    {
        il.Emit(OpCodes.Ldloc, caseIndex);
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Newobj, ClrType.GetConstructor([typeof(int), typeof(object)])!);
        return true;
    }

    public override void EmitGetCase(ILGenerator il, LocalBuilder value) => EmitGet(il, value, nameof(VariantValue.Case));

    public override void EmitGetPayload(ILGenerator il, LocalBuilder value, int caseIndex)
    {
        EmitGet(il, value, nameof(VariantValue.Payload));
        il.Emit(OpCodes.Unbox_Any, Cases[caseIndex]!.ClrType);
    }

    private void EmitGet(ILGenerator il, LocalBuilder value, string property)
    {
        il.Emit(OpCodes.Ldloca, value);
        il.Emit(OpCodes.Call, ClrType.GetProperty(property)!.GetMethod!);
    }
}
