using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Wasm.Model;

namespace Mik.Components.Adapters;

/// <summary>Emits reading and writing one value in memory: what goes through streams and futures, and results that come late.</summary>
internal static class ElementAdapter
{
    /// <summary>Emits <c>object? load(ref LiftLowerContext, nint address)</c>.</summary>
    public static void EmitLoad(ILGenerator il, AdapterEmitter emitter, ValueShape shape)
    {
        var body = new AdapterBody(il, emitter, WasmValueType.I32, getsContext: true);
        il.Emit(OpCodes.Ldarg_1);
        var address = body.StoreNew(typeof(nint));
        il.Emit(OpCodes.Ldloc, new ValueLoader(body).Load(shape, address, 0));
        il.Emit(OpCodes.Box, shape.ClrType);
        il.Emit(OpCodes.Ret);
    }

    /// <summary>Emits <c>void store(ref LiftLowerContext, object? value, nint address)</c>.</summary>
    public static void EmitStore(ILGenerator il, AdapterEmitter emitter, ValueShape shape)
    {
        var body = new AdapterBody(il, emitter, WasmValueType.I32, getsContext: true);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Unbox_Any, shape.ClrType);
        var value = body.StoreNew(shape.ClrType);
        il.Emit(OpCodes.Ldarg_2);
        var address = body.StoreNew(typeof(nint));
        new ValueStorer(body).Store(shape, value, address, 0);
        il.Emit(OpCodes.Ret);
    }
}
