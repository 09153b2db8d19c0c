using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>Traps that several operations of tasks have.</summary>
internal static class TaskTraps
{
    /// <summary>The guest broke a rule of the canonical ABI.</summary>
    public static Trap Abi(string message) => new(TrapKind.CanonicalAbi, message);

    /// <summary>A function that is not async would have to wait.</summary>
    public static Trap CannotBlock() => Abi("cannot block a synchronous task before returning");

    /// <summary>Nobody can bring about what is waited for.</summary>
    public static Trap Deadlock() => Abi("deadlock detected: event loop cannot make further progress");
}
