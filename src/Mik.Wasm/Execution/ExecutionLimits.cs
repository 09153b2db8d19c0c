using Mik.Wasm.Platform;

namespace Mik.Wasm.Execution;

/// <summary>What the instances of one store may use together.</summary>
public sealed record ExecutionLimits
{
    /// <summary>
    /// Bytes of all linear memories, and of all else that one call of a guest may use (<see cref="ResourceBudget"/>); at most 4 GiB unless set higher.
    /// </summary>
    public long MemoryBytes { get; init; } = 1L << 32;

    /// <summary>Elements of all tables.</summary>
    public long TableElements { get; init; } = 10_000_000;

    /// <summary>Number of module instances.</summary>
    public int Instances { get; init; } = 10_000;

    /// <summary>Bytes that all instances need besides memories and tables: globals, functions, segments that are still in use.</summary>
    public long InstanceBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of stack that a guest may use, counted from the outermost call into it.</summary>
    /// <remarks>A thread with less stack than this gives less; the call then traps earlier.</remarks>
    public int StackBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of the state in which instances are made that are kept for the next ones; those that begin with more are made anew each time.</summary>
    public long ImageBytes { get; init; } = long.MaxValue;

    /// <summary>Whether the calling thread's stack has <see cref="StackBytes"/> left, and as many more as the host says it needs.</summary>
    /// <param name="hostBytes">What the host's own functions need below the guest.</param>
    public bool HasStackHere(int hostBytes) => ThreadStack.HasRoom((long)StackBytes + hostBytes);
}
