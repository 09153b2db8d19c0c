using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>The guest trapped when its response was whole: the response stands, and has been handed over.</summary>
public sealed class TrapAfterResponseException(Trap trap) : Exception(trap.Message, trap)
{
    /// <summary>The trap.</summary>
    public Trap Trap { get; } = trap;
}
