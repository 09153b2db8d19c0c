namespace Mik.Wasm.Execution;

/// <summary>
/// What the process says about a guest's heap, since samples are all that the heap itself knows: when its memory grew by more than the guest has by the
/// samples, and than all others allocated, the guest has more. That is never said of a guest wrongly; in a process that is busy it is seldom said.
/// </summary>
internal sealed class HeapWitness
{
    private long _present;
    private long _made;
    private long _ownMade;
    private long _ownAlive;

    /// <summary>Begins with what there is now.</summary>
    /// <param name="ownMade">Bytes that the guest has allocated.</param>
    public HeapWitness(long ownMade) => Restart(ownMade, 0);

    /// <summary>Bytes by which the process grew beyond what the guest says, and how many of them others may have made.</summary>
    /// <param name="ownMade">Bytes that the guest has allocated.</param>
    /// <param name="ownAlive">Bytes that it says to have.</param>
    /// <param name="isExact">Whether there was a full collection.</param>
    public (long Unexplained, long ByOthers) Ask(long ownMade, long ownAlive, bool isExact)
    {
        var unexplained = GC.GetTotalMemory(false) - _present - (ownAlive - _ownAlive);
        var byOthers = Math.Max(GC.GetTotalAllocatedBytes() - _made - (ownMade - _ownMade), 0);
        if (isExact && unexplained <= byOthers)
        {
            // Garbage of before is gone, and nothing can hide in its place.
            Restart(ownMade, ownAlive);
        }
        return (unexplained, byOthers);
    }

    private void Restart(long ownMade, long ownAlive)
    {
        _present = GC.GetTotalMemory(false);
        _made = GC.GetTotalAllocatedBytes();
        (_ownMade, _ownAlive) = (ownMade, ownAlive);
    }
}
