namespace Mik.Wasm.Platform;

/// <summary>
/// Address space for linear memories: reserved at once so that the base never moves, committed as the memory grows.
/// </summary>
internal interface IAddressSpace
{
    /// <summary>Reserves a range that reads as zeros once committed.</summary>
    /// <returns>Its first address, or 0 when the system refuses.</returns>
    nint Reserve(nuint size);

    /// <summary>Makes a part of a reserved range usable.</summary>
    /// <param name="start">First address, a multiple of the granularity or inside a committed page.</param>
    /// <param name="size">Size in bytes, rounded up to whole system pages.</param>
    /// <returns>False when the system has no memory to give.</returns>
    bool Commit(nint start, nuint size);

    /// <summary>Keeps what a committed range contains, so that ranges can go back to it.</summary>
    /// <param name="start">First address.</param>
    /// <param name="size">Size in bytes.</param>
    /// <param name="origin">The image that is attached to the range; null when none is.</param>
    /// <param name="maximumBytes">What it may take.</param>
    /// <returns>Null when it would take more.</returns>
    MemoryImage? Capture(nint start, nuint size, MemoryImage? origin, long maximumBytes) => CopiedMemoryImage.Capture(start, size, maximumBytes);

    /// <summary>Gives a whole reserved range back.</summary>
    void Release(nint start, nuint size);
}
