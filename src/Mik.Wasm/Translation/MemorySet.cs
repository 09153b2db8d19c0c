namespace Mik.Wasm.Translation;

/// <summary>A set of a module's memories, which have indices below 128. Not a <see cref="UInt128"/>: code with one is not compiled ahead of time.</summary>
/// <param name="Low">Those below 64, a bit each.</param>
/// <param name="High">The others.</param>
internal readonly record struct MemorySet(ulong Low, ulong High)
{
    /// <summary>Whether none is in it.</summary>
    public bool IsEmpty => (Low | High) == 0;

    /// <summary>The set of one memory.</summary>
    public static MemorySet Of(int memory) => memory < 64 ? new(1UL << memory, 0) : new(0, 1UL << (memory - 64));

    /// <summary>What is in either.</summary>
    public static MemorySet operator |(MemorySet left, MemorySet right) => new(left.Low | right.Low, left.High | right.High);

    /// <summary>Whether a memory is in it.</summary>
    public bool Contains(int memory) => memory < 64 ? (Low >> memory & 1) != 0 : (High >> (memory - 64) & 1) != 0;

    /// <summary>The rest without a memory.</summary>
    public MemorySet Without(int memory) => memory < 64 ? this with { Low = Low & ~(1UL << memory) } : this with { High = High & ~(1UL << (memory - 64)) };
}
