using System.Runtime.InteropServices;

namespace Mik.Wasm.Execution;

/// <summary>
/// The native memory of one store's small records: taken in chunks, handed out zeroed, freed all at once.
/// Instances created together therefore lie together and cost no allocation each.
/// </summary>
internal sealed unsafe class NativeArena
{
    private const int ChunkSize = 8 * 1024;
    private readonly List<nint> _chunks = [];
    private nint _next;
    private nint _end;

    /// <summary>Zeroed memory at a multiple of 16, valid until <see cref="Free"/>.</summary>
    public nint Allocate(long size)
    {
        size = (size + 15) & ~15L;
        if (size <= _end - _next)
        {
            var result = _next;
            _next += (nint)size;
            return result;
        }
        if (size > ChunkSize / 2)
        {
            return AllocateChunk(size);
        }
        _next = AllocateChunk(ChunkSize);
        _end = _next + ChunkSize;
        return Allocate(size);
    }

    /// <summary>Gives everything back.</summary>
    public void Free()
    {
        foreach (var chunk in _chunks)
        {
            NativeMemory.Free((void*)chunk);
        }
        _chunks.Clear();
        _next = _end = 0;
    }

    private nint AllocateChunk(long size)
    {
        var chunk = (nint)NativeMemory.AllocZeroed((nuint)size);
        _chunks.Add(chunk);
        return chunk;
    }
}
