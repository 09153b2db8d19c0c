using System.Runtime.InteropServices;

namespace Mik.Wasm.Execution;

/// <summary>References between emitted code, where they are objects, and the slots of host calls, where they are numbers of the store's list.</summary>
internal static unsafe class ReferenceTransfer
{
    /// <summary>The object with a number.</summary>
    public static object? ToObject(nint context, long number) => number == 0 ? null : StoreOf(context).GetExternal((nint)number);

    /// <summary>A number for an object.</summary>
    public static long ToNumber(nint context, object? value) => value is null ? 0 : StoreOf(context).AddExternal(value);

    private static Store StoreOf(nint context) =>
        (Store)GCHandle.FromIntPtr((*(ExecutionState**)(context + ContextLayout.ExecutionStateOffset))->Store).Target!;
}
