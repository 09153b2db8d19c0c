using Mik.Wasi.Platform;

namespace Mik.Wasi;

/// <summary>What one request may have under way to other servers: requests that wait for their answers, and connections made for them.</summary>
internal sealed class OutgoingShare
{
    private int _requests;

    /// <summary>The descriptors of the connections.</summary>
    public DescriptorPool Descriptors { get; init; } = DescriptorPool.OfProcess.OfRequest();

    /// <summary>Counts an outgoing request; false when there are too many under way.</summary>
    public bool TryBegin()
    {
        if (Interlocked.Increment(ref _requests) <= WasiLimits.OutgoingRequests)
        {
            return true;
        }
        End();
        return false;
    }

    /// <summary>An outgoing request has its answer or failed.</summary>
    public void End() => Interlocked.Decrement(ref _requests);
}
