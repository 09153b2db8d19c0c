using Mik.Wasm.Execution;

namespace Mik.Scripting.Engine;

/// <summary>The whole state of a heap that has booted, from which other heaps start: linear memory and the stack pointer.</summary>
/// <param name="Memory">All bytes of linear memory.</param>
/// <param name="StackPointer">QuickJS's own stack pointer.</param>
/// <param name="Entries">Where the driver's functions are, by name.</param>
/// <param name="Scratch">Where the host writes what it passes.</param>
/// <param name="Undefined">The value undefined.</param>
internal sealed record HeapImage(byte[] Memory, int StackPointer, IReadOnlyDictionary<string, int> Entries, int Scratch, int Undefined)
{
    /// <summary>The same as the engine keeps it, once a heap has started from it: the heaps after it share its memory.</summary>
    public StoreImage? Store { get; set; }
}
