using Mik.Wasm.Execution;

namespace Mik.Scripting.Engine;

/// <summary>The whole state of a heap that has booted, from which other heaps start: linear memory and the stack pointer.</summary>
/// <param name="Memory">All bytes of linear memory.</param>
/// <param name="StackPointer">QuickJS's own stack pointer.</param>
/// <param name="Entries">Where the driver's functions are, by name.</param>
/// <param name="Scratch">A word for results that come by address.</param>
internal sealed record HeapImage(byte[] Memory, int StackPointer, IReadOnlyDictionary<string, int> Entries, int Scratch)
{
    /// <summary>The same as the engine keeps it, once a heap has started from it: the heaps after it share its memory.</summary>
    public StoreImage? Store { get; set; }
}
