namespace Mik.Wasm.Platform;

/// <summary>Address space on Linux: private anonymous mappings without a claim on swap space.</summary>
internal sealed class LinuxAddressSpace : IAddressSpace
{
    // MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE as this system numbers them.
    private const int PrivateAnonymousNoReserve = 0x4022;

    /// <inheritdoc/>
    public nint Reserve(nuint size) => PosixMemory.Reserve(size, PrivateAnonymousNoReserve);

    /// <inheritdoc/>
    public bool Commit(nint start, nuint size) => PosixMemory.Commit(start, size);

    /// <inheritdoc/>
    public MemoryImage? Capture(nint start, nuint size, MemoryImage? origin, long maximumBytes) =>
        LinuxMemoryImage.TryCapture(start, size, origin as LinuxMemoryImage, maximumBytes, out var isTooLarge) is { } image ? image
        : isTooLarge ? null : CopiedMemoryImage.Capture(start, size, maximumBytes);

    /// <inheritdoc/>
    public void Release(nint start, nuint size) => PosixMemory.Release(start, size);
}
