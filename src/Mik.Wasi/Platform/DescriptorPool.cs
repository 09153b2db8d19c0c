using System.Diagnostics.CodeAnalysis;

namespace Mik.Wasi.Platform;

/// <summary>
/// File descriptors that files and outgoing connections may take, counted: those of the process, and of them a part that one request may have. Nobody
/// waits for one: it is there or it is not.
/// </summary>
internal sealed class DescriptorPool(int size, DescriptorPool? whole = null)
{
    private const int LeastOfRequest = 4;

    private int _taken;

    /// <summary>What clients leave of the process' descriptors.</summary>
    public static DescriptorPool OfProcess { get; } = new(Descriptors.ForOthers);

    /// <summary>How many may be taken.</summary>
    public int Size => size;

    /// <summary>How many are.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>What one request may have: half, so that it leaves as many to all others.</summary>
    public DescriptorPool OfRequest() => new(Math.Max(LeastOfRequest, size / 2), this);

    /// <summary>Takes one before it is opened. The place is disposed of when the descriptor has been closed.</summary>
    public bool TryTake([NotNullWhen(true)] out Place? place)
    {
        place = null;
        if (Interlocked.Increment(ref _taken) > size || (whole is not null && !whole.TryCount()))
        {
            Interlocked.Decrement(ref _taken);
            return false;
        }

        place = new Place(this);
        return true;
    }

    private bool TryCount()
    {
        if (Interlocked.Increment(ref _taken) <= size)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        return false;
    }

    private void Return()
    {
        Interlocked.Decrement(ref _taken);
        if (whole is not null)
        {
            Interlocked.Decrement(ref whole._taken);
        }
    }

    /// <summary>A descriptor that was counted. Disposing twice is fine.</summary>
    internal sealed class Place(DescriptorPool owner) : IDisposable
    {
        private int _isOver;

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                owner.Return();
            }
        }
    }
}
