using Mik.Wasm.Platform;

namespace Mik.Wasm.Tests.Execution;

/// <summary>Counts what is held, and can refuse.</summary>
internal sealed class RecordingAddressSpace(IAddressSpace inner) : IAddressSpace
{
    private int _held;

    public int Held => Volatile.Read(ref _held);

    public nuint LargestReservation { get; init; } = nuint.MaxValue;

    public nuint Committable { get; set; } = nuint.MaxValue;

    public nint Reserve(nuint size)
    {
        if (size > LargestReservation)
        {
            return 0;
        }
        Interlocked.Increment(ref _held);
        return inner.Reserve(size);
    }

    public bool Commit(nint start, nuint size)
    {
        if (size > Committable)
        {
            return false;
        }
        Committable -= size;
        return inner.Commit(start, size);
    }

    public void Release(nint start, nuint size)
    {
        Interlocked.Decrement(ref _held);
        inner.Release(start, size);
    }
}
