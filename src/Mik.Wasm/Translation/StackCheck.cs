using System.Reflection.Emit;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Compares the address of a local with the stack limit, which an interrupter moves so that every check fails.</summary>
internal static class StackCheck
{
    /// <summary>Goes to <paramref name="trap"/> unless the frame and <paramref name="margin"/> bytes more are within the limit.</summary>
    public static void Emit(IlWriter il, Label trap, int margin)
    {
        il.LoadLocalAddress(il.DeclareLocal(typeof(int)));
        il.Emit(Il.Conv_U);
        if (margin != 0)
        {
            il.LoadInt32(margin);
            il.Emit(Il.Sub);
        }
        il.LoadArgument(0);
        il.Emit(Il.Ldind_I);
        // Volatile, as the compiler makes loops of tail calls and would read the limit once.
        il.Emit(Il.Volatile);
        il.Emit(Il.Ldind_I);
        il.Branch(Il.Blt_Un, trap);
    }
}
