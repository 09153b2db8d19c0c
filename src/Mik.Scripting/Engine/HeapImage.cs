using Mik.Wasm.Platform;

namespace Mik.Scripting.Engine;

/// <summary>The whole state of a heap that has booted, from which other heaps start: linear memory and the stack pointer.</summary>
/// <param name="Memory">All bytes of linear memory, as heaps share them; kept from before until it is disposed.</param>
/// <param name="StackPointer">QuickJS's own stack pointer.</param>
/// <param name="Entries">Where the driver's functions are, by name.</param>
/// <param name="Scratch">Where the host writes what it passes.</param>
/// <param name="Undefined">The value undefined.</param>
internal sealed record HeapImage(MemoryImage Memory, int StackPointer, IReadOnlyDictionary<string, int> Entries, int Scratch, int Undefined) : IDisposable
{
    /// <summary>Bytes that it takes.</summary>
    public long Bytes => Memory.Bytes;

    /// <inheritdoc/>
    public void Dispose() => Memory.RemoveUser();
}
