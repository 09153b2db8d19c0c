using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Model;

namespace Mik.Components.Adapters;

/// <summary>
/// Emits the core function that <c>canon lower</c> makes (CanonicalABI.md, "canon lower"): a static method with the engine's
/// calling convention that lifts its parameters, calls, and lowers the result.
/// </summary>
internal static class LowerAdapter
{
    /// <summary>Emits a call of a typed method of the host.</summary>
    public static void Emit(ILGenerator il, AdapterEmitter emitter, CanonLower definition, HostSignature target, bool isTimed)
    {
        var body = new AdapterBody(il, emitter, definition.Options.PointerType);
        var values = new ValuesTransfer(body, definition.Type);
        EmitEnter(body, definition.Options, target.Method.IsDefined(typeof(SameForAllAttribute), inherit: false));
        if (isTimed)
        {
            body.PushContext();
            body.Call(typeof(AdapterOperations), nameof(AdapterOperations.BeginHostCall));
        }
        var arguments = values.LiftParameters(target.Parameters, definition.Options.IsAsync);
        var first = 0;
        if (!target.Method.IsStatic)
        {
            il.Emit(OpCodes.Ldloc, arguments[0]);
            first = 1;
        }
        if (target.HostContext is { } hostContext)
        {
            body.PushContext();
            body.Call(typeof(AdapterOperations), nameof(AdapterOperations.HostContext), hostContext);
        }
        foreach (var argument in arguments.AsSpan(first))
        {
            il.Emit(OpCodes.Ldloc, argument);
        }
        if (target.TakesToken)
        {
            body.PushContext();
            body.Call(typeof(AsyncLowering), nameof(AsyncLowering.NewToken));
        }
        il.Emit(target.Method.IsStatic ? OpCodes.Call : OpCodes.Callvirt, target.Method);
        if (definition.Options.IsAsync)
        {
            EmitAsyncReturn(body, emitter, definition, target);
            return;
        }
        if (target.IsTask)
        {
            EmitAwait(body, target);
        }
        EmitReturn(body, definition, values, target.Result, isTimed);
    }

    /// <summary>Emits a call of a component function that is known only at run time, with dynamic values.</summary>
    public static void EmitLinked(ILGenerator il, AdapterEmitter emitter, CanonLower definition)
    {
        var body = new AdapterBody(il, emitter, definition.Options.PointerType);
        var values = new ValuesTransfer(body, definition.Type);
        EmitEnter(body, definition.Options, isSameForAll: false);
        var arguments = values.LiftParameters(DynamicShapes.OfParameters(definition.Type));
        body.PushContext();
        il.Emit(OpCodes.Ldc_I4, definition.Function);
        DynamicShapes.EmitArray(il, arguments);
        body.Call(typeof(AdapterOperations), nameof(AdapterOperations.CallLinked));
        var result = DynamicShapes.OfResult(definition.Type);
        if (result is null)
        {
            il.Emit(OpCodes.Pop);
        }
        else
        {
            il.Emit(OpCodes.Unbox_Any, result.ClrType);
        }
        EmitReturn(body, definition, values, result, isTimed: false);
    }

    /// <summary>The result is on the stack, or a task of it: gives it to the guest now, or makes a subtask that will.</summary>
    private static void EmitAsyncReturn(AdapterBody body, AdapterEmitter emitter, CanonLower definition, HostSignature target)
    {
        var il = body.Il;
        var result = target.Result;
        var returned = target.Method.ReturnType == typeof(void) ? null : body.StoreNew(target.Method.ReturnType);
        body.PushContext();
        if (returned is not null)
        {
            il.Emit(OpCodes.Ldloc, returned);
        }
        if (result is null)
        {
            body.Call(typeof(AsyncLowering), target.IsTask ? nameof(AsyncLowering.Continue) : nameof(AsyncLowering.Finish));
            il.Emit(OpCodes.Ret);
            return;
        }
        var extent = body.Layout.ExtentOf(result.Type);
        il.Emit(OpCodes.Ldarg, (short)definition.CoreType.Parameters.Length);
        il.Emit(OpCodes.Ldc_I4, (int)extent.Size);
        il.Emit(OpCodes.Ldc_I4, extent.Alignment);
        il.Emit(OpCodes.Ldc_I8, (long)emitter.ElementStorer(result.Type, result.ClrType));
        il.Emit(OpCodes.Conv_I);
        body.Call(typeof(AsyncLowering), target.IsTask ? nameof(AsyncLowering.ContinueWith) : nameof(AsyncLowering.FinishWith), result.ClrType);
        il.Emit(OpCodes.Ret);
    }

    /// <summary>A task is on the stack: waits for it, and leaves its result.</summary>
    private static void EmitAwait(AdapterBody body, HostSignature target)
    {
        var task = body.StoreNew(target.Method.ReturnType);
        body.PushContext();
        body.Il.Emit(OpCodes.Ldloc, task);
        if (target.Result is { } result)
        {
            body.Call(typeof(AsyncLowering), nameof(AsyncLowering.AwaitResult), result.ClrType);
        }
        else
        {
            body.Call(typeof(AsyncLowering), nameof(AsyncLowering.Await));
        }
    }

    /// <summary>Emits an async call of a component function that is known only at run time.</summary>
    public static void EmitLinkedAsync(ILGenerator il, AdapterEmitter emitter, CanonLower definition)
    {
        var row = BuiltInAdapter.EmitRow(il, definition.CoreType.Parameters.AsSpan());
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, emitter.SlotOf(definition));
        il.Emit(OpCodes.Ldloc, row);
        il.Emit(OpCodes.Call, typeof(AsyncLowering).GetMethod(nameof(AsyncLowering.CallLinked))!);
        il.Emit(OpCodes.Ret);
    }

    /// <summary>Emits <c>object?[] lift(ref LiftLowerContext, nint row)</c>: the arguments of an async call from its flat parameters.</summary>
    public static void EmitArguments(ILGenerator il, AdapterEmitter emitter, CanonLower definition)
    {
        var body = new AdapterBody(il, emitter, definition.Options.PointerType, getsContext: true);
        var values = new ValuesTransfer(body, definition.Type).LiftRow(DynamicShapes.OfParameters(definition.Type));
        DynamicShapes.EmitArray(il, values);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitEnter(AdapterBody body, CanonicalOptions options, bool isSameForAll)
    {
        body.Il.Emit(OpCodes.Ldarg_0);
        body.Il.Emit(OpCodes.Ldc_I4, options.Memory ?? -1);
        body.Il.Emit(OpCodes.Ldc_I4, options.Realloc ?? -1);
        body.Il.Emit(OpCodes.Ldc_I4, (int)options.StringEncoding);
        body.Il.Emit(options.PointerType == WasmValueType.I64 ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0);
        body.PushContext();
        body.Call(typeof(AdapterOperations), isSameForAll ? nameof(AdapterOperations.EnterSameForAllLower) : nameof(AdapterOperations.EnterLower));
    }

    private static void EmitReturn(AdapterBody body, CanonLower definition, ValuesTransfer values, ValueShape? result, bool isTimed)
    {
        var value = result is null ? null : body.StoreNew(result.ClrType);
        var lends = definition.Type.Parameters.Any(parameter => parameter.Type.Facts.Contains.HasFlag(TypeContents.Borrow));
        values.LowerResult(result, value, definition.CoreType.Parameters.Length, () =>
        {
            if (lends)
            {
                body.PushContext();
                body.Call(typeof(HandleOperations), nameof(HandleOperations.EndLends));
            }
            if (isTimed)
            {
                body.PushContext();
                body.Call(typeof(AdapterOperations), nameof(AdapterOperations.EndHostCall));
            }
        });
    }
}
