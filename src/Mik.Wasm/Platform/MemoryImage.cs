namespace Mik.Wasm.Platform;

/// <summary>The bytes that the memories of any number of instances start from and go back to. Immutable; used by any thread.</summary>
internal abstract class MemoryImage(nuint size)
{
    /// <summary>Bytes from the start of the memory.</summary>
    public nuint Size { get; } = size;

    /// <summary>Whether <see cref="Attach"/> makes a range accessible that was only reserved.</summary>
    public virtual bool MakesAccessible => false;

    /// <summary>Gives a range these bytes for the first time.</summary>
    /// <param name="start">A reserved range, committed for at least <see cref="Size"/> bytes, if it must be.</param>
    /// <param name="length">Bytes that are committed; those beyond <see cref="Size"/> become zeros.</param>
    /// <param name="reserved">Bytes that are reserved.</param>
    public abstract void Attach(nint start, nuint length, nuint reserved);

    /// <summary>Whether a range has exactly these bytes.</summary>
    public abstract bool Matches(nint start);

    /// <summary>Makes a range that is attached the same again: <see cref="Size"/> bytes of the image, then zeros.</summary>
    /// <param name="start">The range.</param>
    /// <param name="length">Bytes that may have been written since.</param>
    public abstract void Reset(nint start, nuint length);
}
