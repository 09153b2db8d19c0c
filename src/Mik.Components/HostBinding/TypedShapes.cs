using System.Reflection;
using System.Reflection.Emit;
using Mik.Components.Model;

namespace Mik.Components.HostBinding;

/// <summary>A record as a struct or class with a constructor of all fields and properties of their names.</summary>
internal sealed record RecordShape(ComponentValueType Type, Type ClrType, ValueShape[] Fields, ConstructorInfo Constructor, PropertyInfo[] Properties)
    : FieldsShape(Type, ClrType, Fields)
{
    public override void EmitConstruct(ILGenerator il, LocalBuilder[] fields)
    {
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldloc, field);
        }
        il.Emit(OpCodes.Newobj, Constructor);
    }

    public override void EmitGetField(ILGenerator il, LocalBuilder value, int index)
    {
        il.Emit(ClrType.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, value);
        il.Emit(ClrType.IsValueType ? OpCodes.Call : OpCodes.Callvirt, Properties[index].GetMethod!);
    }
}

/// <summary>A tuple of up to seven elements as a <see cref="ValueTuple"/>.</summary>
internal sealed record TupleShape(ComponentValueType Type, Type ClrType, ValueShape[] Fields)
    : FieldsShape(Type, ClrType, Fields)
{
    public override void EmitConstruct(ILGenerator il, LocalBuilder[] fields)
    {
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldloc, field);
        }
        il.Emit(OpCodes.Newobj, ClrType.GetConstructor(ClrType.GetGenericArguments())!);
    }

    public override void EmitGetField(ILGenerator il, LocalBuilder value, int index)
    {
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldfld, ClrType.GetField($"Item{index + 1}")!);
    }
}

/// <summary>A variant as a struct that implements <see cref="IWitVariant"/>.</summary>
internal sealed record WitVariantShape(ComponentValueType Type, Type ClrType, ValueShape?[] Cases, ConstructorInfo Constructor)
    : CasesShape(Type, ClrType, Cases)
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
        il.Emit(OpCodes.Newobj, Constructor);
    }

    public override bool TryEmitConstruct(ILGenerator il, LocalBuilder caseIndex)
    {
        il.Emit(OpCodes.Ldloc, caseIndex);
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Newobj, Constructor);
        return true;
    }

    public override void EmitGetCase(ILGenerator il, LocalBuilder value) => EmitGet(il, value, nameof(IWitVariant.Case));

    public override void EmitGetPayload(ILGenerator il, LocalBuilder value, int caseIndex)
    {
        EmitGet(il, value, nameof(IWitVariant.Payload));
        il.Emit(OpCodes.Unbox_Any, Cases[caseIndex]!.ClrType);
    }

    // Through the interface, because an implementation may be explicit; the constraint avoids boxing.
    private void EmitGet(ILGenerator il, LocalBuilder value, string property)
    {
        il.Emit(OpCodes.Ldloca, value);
        il.Emit(OpCodes.Constrained, ClrType);
        il.Emit(OpCodes.Callvirt, typeof(IWitVariant).GetProperty(property)!.GetMethod!);
    }
}

/// <summary>An option as a nullable value type.</summary>
internal sealed record NullableShape(ComponentValueType Type, Type ClrType, ValueShape?[] Cases)
    : CasesShape(Type, ClrType, Cases)
{
    public override void EmitConstruct(ILGenerator il, int caseIndex, LocalBuilder? payload)
    {
        if (payload is null)
        {
            var none = il.DeclareLocal(ClrType);
            il.Emit(OpCodes.Ldloca, none);
            il.Emit(OpCodes.Initobj, ClrType);
            il.Emit(OpCodes.Ldloc, none);
            return;
        }
        il.Emit(OpCodes.Ldloc, payload);
        il.Emit(OpCodes.Newobj, ClrType.GetConstructor([payload.LocalType])!);
    }

    public override void EmitGetCase(ILGenerator il, LocalBuilder value)
    {
        il.Emit(OpCodes.Ldloca, value);
        il.Emit(OpCodes.Call, ClrType.GetProperty("HasValue")!.GetMethod!);
    }

    public override void EmitGetPayload(ILGenerator il, LocalBuilder value, int caseIndex)
    {
        il.Emit(OpCodes.Ldloca, value);
        il.Emit(OpCodes.Call, ClrType.GetMethod("GetValueOrDefault", System.Type.EmptyTypes)!);
    }
}

/// <summary>An option as a reference that may be null.</summary>
internal sealed record NullReferenceShape(ComponentValueType Type, Type ClrType, ValueShape?[] Cases)
    : CasesShape(Type, ClrType, Cases)
{
    public override void EmitConstruct(ILGenerator il, int caseIndex, LocalBuilder? payload)
    {
        if (payload is null)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, payload);
        }
    }

    public override void EmitGetCase(ILGenerator il, LocalBuilder value)
    {
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Cgt_Un);
    }

    public override void EmitGetPayload(ILGenerator il, LocalBuilder value, int caseIndex) => il.Emit(OpCodes.Ldloc, value);
}

/// <summary>An option as <see cref="Option{T}"/>, where null cannot say it.</summary>
internal sealed record OptionShape(ComponentValueType Type, Type ClrType, ValueShape?[] Cases)
    : CasesShape(Type, ClrType, Cases)
{
    public override void EmitConstruct(ILGenerator il, int caseIndex, LocalBuilder? payload)
    {
        il.Emit(OpCodes.Ldc_I4, caseIndex);
        // Locals start as zeros, so a fresh one is the default value that the absent case carries.
        il.Emit(OpCodes.Ldloc, payload ?? il.DeclareLocal(Cases[1]!.ClrType));
        il.Emit(OpCodes.Newobj, ClrType.GetConstructor([typeof(bool), Cases[1]!.ClrType])!);
    }

    public override void EmitGetCase(ILGenerator il, LocalBuilder value) => EmitGet(il, value, "HasValue");

    public override void EmitGetPayload(ILGenerator il, LocalBuilder value, int caseIndex) => EmitGet(il, value, "Value");

    private void EmitGet(ILGenerator il, LocalBuilder value, string property)
    {
        il.Emit(OpCodes.Ldloca, value);
        il.Emit(OpCodes.Call, ClrType.GetProperty(property)!.GetMethod!);
    }
}

/// <summary>A result as <see cref="Result{T, TError}"/>; <see cref="Unit"/> is an absent side.</summary>
internal sealed record ResultShape(ComponentValueType Type, Type ClrType, ValueShape?[] Cases)
    : CasesShape(Type, ClrType, Cases)
{
    public override void EmitConstruct(ILGenerator il, int caseIndex, LocalBuilder? payload)
    {
        il.Emit(OpCodes.Ldloc, payload ?? il.DeclareLocal(ClrType.GetGenericArguments()[caseIndex]));
        il.Emit(OpCodes.Call, ClrType.GetMethod(caseIndex == 0 ? "Ok" : "Err")!);
    }

    public override void EmitGetCase(ILGenerator il, LocalBuilder value)
    {
        EmitGet(il, value, "IsOk");
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ceq);
    }

    public override void EmitGetPayload(ILGenerator il, LocalBuilder value, int caseIndex) =>
        EmitGet(il, value, caseIndex == 0 ? "Value" : "Error");

    private void EmitGet(ILGenerator il, LocalBuilder value, string property)
    {
        il.Emit(OpCodes.Ldloca, value);
        il.Emit(OpCodes.Call, ClrType.GetProperty(property)!.GetMethod!);
    }
}
