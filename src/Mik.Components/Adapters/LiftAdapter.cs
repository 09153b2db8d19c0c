using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.Adapters;

/// <summary>
/// Emits the component function that <c>canon lift</c> makes (CanonicalABI.md, "canon lift"): a static method that lowers its
/// arguments, calls the core function, lifts the result and runs <c>post-return</c>.
/// </summary>
internal static class LiftAdapter
{
    /// <summary>Emits <c>R lift(LiftedFunction, A0, A1, …)</c>, which the host calls.</summary>
    public static void EmitTyped(ILGenerator il, AdapterEmitter emitter, CanonLift definition, ValueShape[] parameters, ValueShape? result)
    {
        var adapter = new Emission(il, emitter, definition);
        adapter.EmitEnter(() => il.Emit(OpCodes.Ldnull));
        var values = new LocalBuilder[parameters.Length];
        for (var i = 0; i < values.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, (short)(i + 1));
            values[i] = adapter.Body.StoreNew(parameters[i].ClrType);
        }
        if (adapter.EmitCall(parameters, values, result) is { } value)
        {
            il.Emit(OpCodes.Ldloc, value);
        }
        il.Emit(OpCodes.Ret);
    }

    /// <summary>Emits <c>object? lift(LiftedFunction, InstanceScope? caller, object?[] arguments)</c>.</summary>
    public static void EmitDynamic(ILGenerator il, AdapterEmitter emitter, CanonLift definition)
    {
        var parameters = DynamicShapes.OfParameters(definition.Type);
        var adapter = new Emission(il, emitter, definition);
        adapter.EmitEnter(() => il.Emit(OpCodes.Ldarg_1));
        var values = adapter.LoadArguments(parameters);
        var value = adapter.EmitCall(parameters, values, DynamicShapes.OfResult(definition.Type), () => il.Emit(OpCodes.Ldarg_1));
        if (value is null)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, value);
            il.Emit(OpCodes.Box, value.LocalType);
        }
        il.Emit(OpCodes.Ret);
    }

    /// <summary>
    /// Emits <c>int start(LiftedFunction, GuestTask, object?[] arguments)</c>, the first core call of a task: what the core code says to do next. A function
    /// that was lifted without <c>async</c> has given its result then.
    /// </summary>
    public static void EmitStart(ILGenerator il, AdapterEmitter emitter, CanonLift definition, ValueShape[] parameters, ValueShape? result)
    {
        var adapter = new Emission(il, emitter, definition);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        adapter.Body.PushContext();
        adapter.Body.Call(typeof(LiftedFunction), nameof(LiftedFunction.EnterTask));
        var values = adapter.LoadArguments(parameters);
        adapter.EmitStart(parameters, values, result);
        il.Emit(OpCodes.Ret);
    }

    /// <summary>Emits <c>object? lift(ref LiftLowerContext, nint values)</c>: the result of a task from what <c>task.return</c> was given.</summary>
    public static void EmitResult(ILGenerator il, AdapterEmitter emitter, CanonLift definition, ValueShape result)
    {
        var body = new AdapterBody(il, emitter, definition.Options.PointerType, getsContext: true);
        il.Emit(OpCodes.Ldloc, ValuesTransfer.LiftRow(body, result));
        il.Emit(OpCodes.Box, result.ClrType);
        il.Emit(OpCodes.Ret);
    }

    private sealed class Emission(ILGenerator il, AdapterEmitter emitter, CanonLift definition)
    {
        public AdapterBody Body { get; } = new(il, emitter, definition.Options.PointerType);

        public void EmitEnter(Action pushCaller)
        {
            il.Emit(OpCodes.Ldarg_0);
            pushCaller();
            Body.PushContext();
            Body.Call(typeof(LiftedFunction), nameof(LiftedFunction.Enter));
        }

        /// <summary>The arguments, of the dynamic array that is the third parameter.</summary>
        public LocalBuilder[] LoadArguments(ValueShape[] parameters)
        {
            var values = new LocalBuilder[parameters.Length];
            for (var i = 0; i < values.Length; i++)
            {
                il.Emit(OpCodes.Ldarg_2);
                il.Emit(OpCodes.Ldc_I4, i);
                il.Emit(OpCodes.Ldelem_Ref);
                il.Emit(OpCodes.Unbox_Any, parameters[i].ClrType);
                values[i] = Body.StoreNew(parameters[i].ClrType);
            }
            return values;
        }

        public LocalBuilder? EmitCall(ValueShape[] parameters, LocalBuilder[] values, ValueShape? result, Action? pushCaller = null)
        {
            var transfer = new ValuesTransfer(Body, definition.Type);
            var arguments = transfer.LowerArguments(parameters, values);
            EmitCoreCall(nameof(LiftedFunction.CoreContext), nameof(LiftedFunction.CoreCode), arguments, definition.CoreType.Results.Length == 1);
            var coreResult = definition.CoreType.Results is [var coreType] ? Body.StoreNew(AdapterBody.ClrTypeOf(coreType)) : null;
            var value = result is null ? null : transfer.LiftResult(result, coreResult!);
            il.Emit(OpCodes.Ldarg_0);
            Body.PushContext();
            Body.Call(typeof(LiftedFunction), nameof(LiftedFunction.Return));
            if (definition.Options.PostReturn is not null)
            {
                EmitCoreCall(nameof(LiftedFunction.PostReturnContext), nameof(LiftedFunction.PostReturnCode), coreResult is null ? [] : [coreResult], false);
            }
            il.Emit(OpCodes.Ldarg_0);
            Body.PushContext();
            Body.Call(typeof(LiftedFunction), nameof(LiftedFunction.Leave));
            return value;
        }

        public void EmitStart(ValueShape[] parameters, LocalBuilder[] values, ValueShape? result)
        {
            var transfer = new ValuesTransfer(Body, definition.Type);
            var arguments = transfer.LowerArguments(parameters, values);
            EmitCoreCall(nameof(LiftedFunction.CoreContext), nameof(LiftedFunction.CoreCode), arguments, definition.CoreType.Results.Length == 1);
            if (definition.Options.IsAsync)
            {
                if (definition.Options.Callback is null)
                {
                    il.Emit(OpCodes.Ldc_I4_0);
                }
                return;
            }
            var coreResult = definition.CoreType.Results is [var coreType] ? Body.StoreNew(AdapterBody.ClrTypeOf(coreType)) : null;
            var value = result is null ? null : transfer.LiftResult(result, coreResult!);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            if (value is null)
            {
                il.Emit(OpCodes.Ldnull);
            }
            else
            {
                il.Emit(OpCodes.Ldloc, value);
                il.Emit(OpCodes.Box, value.LocalType);
            }
            Body.Call(typeof(LiftedFunction), nameof(LiftedFunction.ReturnTask));
            if (definition.Options.PostReturn is not null)
            {
                EmitCoreCall(nameof(LiftedFunction.PostReturnContext), nameof(LiftedFunction.PostReturnCode), coreResult is null ? [] : [coreResult], false);
            }
            il.Emit(OpCodes.Ldarg_0);
            Body.Call(typeof(LiftedFunction), nameof(LiftedFunction.LeaveTask));
            il.Emit(OpCodes.Ldc_I4_0);
        }

        private void EmitCoreCall(string contextProperty, string codeProperty, LocalBuilder[] arguments, bool hasResult)
        {
            PushProperty(contextProperty);
            foreach (var argument in arguments)
            {
                il.Emit(OpCodes.Ldloc, argument);
            }
            PushProperty(codeProperty);
            il.EmitCalli(
                OpCodes.Calli,
                System.Reflection.CallingConventions.Standard,
                hasResult ? AdapterBody.ClrTypeOf(definition.CoreType.Results[0]) : typeof(void),
                [typeof(nint), .. arguments.Select(argument => argument.LocalType)],
                null);
            il.Emit(OpCodes.Ldarg_0);
            Body.Call(typeof(LiftedFunction), nameof(LiftedFunction.CheckException));
        }

        private void PushProperty(string name)
        {
            il.Emit(OpCodes.Ldarg_0);
            Body.Call(typeof(LiftedFunction), "get_" + name);
        }
    }
}
