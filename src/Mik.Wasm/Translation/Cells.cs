using System.Runtime.Intrinsics;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Loads and stores of whole values in native memory: globals, results.</summary>
internal static class Cells
{
    /// <summary>Address on the IL stack; leaves the value.</summary>
    public static void EmitLoad(IlWriter il, StackType type)
    {
        switch (type)
        {
            case StackType.I32:
                il.Emit(Il.Ldind_I4);
                break;
            case StackType.I64:
                il.Emit(Il.Ldind_I8);
                break;
            case StackType.F32:
                il.Emit(Il.Ldind_R4);
                break;
            case StackType.F64:
                il.Emit(Il.Ldind_R8);
                break;
            case StackType.Reference:
                il.Emit(Il.Ldind_I);
                break;
            default:
                il.Emit(Il.Ldobj, typeof(Vector128<byte>));
                break;
        }
    }

    /// <summary>Address and value on the IL stack.</summary>
    public static void EmitStore(IlWriter il, StackType type)
    {
        switch (type)
        {
            case StackType.I32:
                il.Emit(Il.Stind_I4);
                break;
            case StackType.I64:
                il.Emit(Il.Stind_I8);
                break;
            case StackType.F32:
                il.Emit(Il.Stind_R4);
                break;
            case StackType.F64:
                il.Emit(Il.Stind_R8);
                break;
            case StackType.Reference:
                il.Emit(Il.Stind_I);
                break;
            default:
                il.Emit(Il.Stobj, typeof(Vector128<byte>));
                break;
        }
    }
}
