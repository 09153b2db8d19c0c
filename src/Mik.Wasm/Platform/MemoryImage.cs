namespace Mik.Wasm.Platform;

/// <summary>
/// The bytes that the memories of any number of instances start from and go back to. Immutable; used by any thread. It is freed when the last of its users
/// has gone: memories that are attached, and whoever keeps it for the next ones. Who makes it is the first.
/// </summary>
internal abstract class MemoryImage(nuint size, long bytes)
{
    private int _users = 1;

    /// <summary>Bytes from the start of the memory.</summary>
    public nuint Size { get; } = size;

    /// <summary>Bytes that it takes itself: zeros cost nothing.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Whether <see cref="Attach"/> makes a range accessible that was only reserved.</summary>
    public virtual bool MakesAccessible => false;

    /// <summary>Keeps it for one more user; false when the last has gone.</summary>
    public bool TryAddUser()
    {
        while (Volatile.Read(ref _users) is var users and > 0)
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A user has gone.</summary>
    public void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Free();
        }
    }

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

    /// <summary>Gives back what it takes. Ranges that are attached stay as they are.</summary>
    protected virtual void Free()
    {
    }
}
