using System.Runtime.InteropServices;

namespace Mik.Wasm.Platform;

/// <summary>
/// Address space from the C library's zeroed allocation, for systems without an implementation of their own.
/// Large zeroed blocks cost address space, not memory, on every system known; where they do not, a smaller
/// reservation is asked for after this one is refused.
/// </summary>
internal sealed unsafe class PortableAddressSpace : IAddressSpace
{
    /// <inheritdoc/>
    public nint Reserve(nuint size)
    {
        try
        {
            return (nint)NativeMemory.AllocZeroed(size);
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public bool Commit(nint start, nuint size) => true;

    /// <inheritdoc/>
    public void Release(nint start, nuint size) => NativeMemory.Free((void*)start);
}
