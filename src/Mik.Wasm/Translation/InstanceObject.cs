using Mik.Wasm.Execution;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>The module instance as an object, behind the handle in the context block.</summary>
internal static class InstanceObject
{
    /// <summary>Loads it.</summary>
    public static void Emit(IlWriter il)
    {
        il.LoadArgument(0);
        il.LoadInt32(ContextLayout.InstanceHandleOffset);
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I);
        il.Emit(Il.Ldind_Ref);
    }
}
