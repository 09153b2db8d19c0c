using System.Reflection.Emit;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Model;

namespace Mik.Components.Adapters;

/// <summary>Emits the core functions of async built-ins: calls of <see cref="BuiltInOperations"/>.</summary>
internal static class BuiltInAdapter
{
    /// <summary>Emits the core function of a definition.</summary>
    public static void Emit(ILGenerator il, CanonBuiltIn definition)
    {
        var parameters = definition.CoreType.Parameters;
        var row = definition.BuiltIn == BuiltIn.TaskReturn ? EmitRow(il, parameters.AsSpan()) : null;
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, definition.Slot);
        if (row is not null)
        {
            il.Emit(OpCodes.Ldloc, row);
        }
        else
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                il.Emit(OpCodes.Ldarg, (short)(i + 1));
            }
        }
        il.Emit(OpCodes.Call, typeof(BuiltInOperations).GetMethod(definition.BuiltIn.ToString())!);
        il.Emit(OpCodes.Ret);
    }

    /// <summary>Puts the parameters in a row, 8 bytes each; its address is in a local. The evaluation stack must be empty.</summary>
    public static LocalBuilder EmitRow(ILGenerator il, ReadOnlySpan<WasmValueType> parameters)
    {
        var row = il.DeclareLocal(typeof(nint));
        il.Emit(OpCodes.Ldc_I4, 8 * Math.Max(1, parameters.Length));
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Stloc, row);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, row);
            il.Emit(OpCodes.Ldc_I4, 8 * i);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldarg, (short)(i + 1));
            il.Emit(parameters[i].Kind switch
            {
                WasmTypeKind.I64 => OpCodes.Stind_I8,
                WasmTypeKind.F32 => OpCodes.Stind_R4,
                WasmTypeKind.F64 => OpCodes.Stind_R8,
                _ => OpCodes.Stind_I4,
            });
        }
        return row;
    }
}
