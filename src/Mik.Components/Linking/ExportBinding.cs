using System.Reflection.Emit;
using Mik.Components.Adapters;
using Mik.Components.HostBinding;
using Mik.Components.Runtime;

namespace Mik.Components.Linking;

/// <summary>
/// What a delegate of <see cref="CompiledComponent.BindExport"/> is bound to: finds the export in the instance it is given
/// and the adapter for it.
/// </summary>
internal sealed class ExportBinding(CompiledComponent compiled, string? export, string function, DelegateSignature signature)
{
    // Instances of one compiled component lift the same definition, so one entry is enough; both fields change together.
    private Tuple<Model.CanonLift, nint>? _adapter;

    /// <summary>The guest's function in an instance, and the code to call it with.</summary>
    /// <exception cref="ArgumentException">The instance is of another component.</exception>
    public LiftedFunction Resolve(ComponentInstance instance, out nint code)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (instance.Compiled != compiled)
        {
            throw new ArgumentException("the instance is of another component than the delegate", nameof(instance));
        }
        var items = export is null ? instance.Exports : (InstanceItems)instance.Exports[export];
        if (items[function] is not LiftedFunction lifted)
        {
            throw new NotSupportedException($"export {function} is a function of the host");
        }
        var adapter = _adapter;
        if (adapter is null || !ReferenceEquals(adapter.Item1, lifted.Definition))
        {
            _adapter = adapter = Tuple.Create(lifted.Definition, AdapterEmitter.Of(lifted).TypedLift(lifted.Definition, signature));
        }
        code = adapter.Item2;
        return lifted;
    }

    /// <summary>Makes the delegate.</summary>
    public Delegate CreateDelegate()
    {
        var method = compiled.Adapters.Define(
            $"call {function}", signature.ReturnType, [typeof(ExportBinding), typeof(ComponentInstance), .. signature.ParameterTypes], Emit);
        return method.CreateDelegate(signature.DelegateType, this);
    }

    private void Emit(ILGenerator il)
    {
        var code = il.DeclareLocal(typeof(nint));
        var lifted = il.DeclareLocal(typeof(LiftedFunction));
        var result = signature.ReturnType == typeof(void) ? null : il.DeclareLocal(signature.ReturnType);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldloca, code);
        il.Emit(OpCodes.Call, typeof(ExportBinding).GetMethod(nameof(Resolve))!);
        il.Emit(OpCodes.Stloc, lifted);
        EmitCall(il, nameof(ComponentInstance.BeginCall));
        il.BeginExceptionBlock();
        il.Emit(OpCodes.Ldloc, lifted);
        for (var i = 0; i < signature.ParameterTypes.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, (short)(i + 2));
        }
        il.Emit(OpCodes.Ldloc, code);
        il.EmitCalli(
            OpCodes.Calli, System.Reflection.CallingConventions.Standard, signature.ReturnType, [typeof(LiftedFunction), .. signature.ParameterTypes], null);
        if (result is not null)
        {
            il.Emit(OpCodes.Stloc, result);
        }
        il.BeginFinallyBlock();
        EmitCall(il, nameof(ComponentInstance.EndCall));
        il.EndExceptionBlock();
        if (result is not null)
        {
            il.Emit(OpCodes.Ldloc, result);
        }
        il.Emit(OpCodes.Ret);
    }

    private static void EmitCall(ILGenerator il, string method)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, typeof(ComponentInstance).GetMethod(method, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!);
    }
}
