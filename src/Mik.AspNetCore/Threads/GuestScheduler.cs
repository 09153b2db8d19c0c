using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Threads;

/// <summary>
/// Decides on which thread a guest runs. One of a module whose guests are quick runs at once on the thread that brings the request: two switches
/// of threads cost several times what such a guest does. All others, and those that find no place, go to <see cref="GuestThreads"/>.
/// </summary>
/// <remarks>
/// A guest that was thought quick may block or loop until its deadline. Therefore few of them run on threads of the pool at a time: what else runs
/// there, Kestrel first, must always find one; and it goes first when it wakes up (<see cref="PoolPlaces"/>).
/// </remarks>
/// <param name="threads">The threads of guests.</param>
/// <param name="places">How many guests may run on threads of the pool at a time.</param>
internal sealed class GuestScheduler(GuestThreads threads, int places) : IDisposable
{
    // Stack that host functions and adapters need besides the guest's own.
    private const int HostStackBytes = 2 << 20;

    private readonly PoolPlaces _places = new(places);

    /// <summary>Cancelled when the threads end: what still runs shall end too.</summary>
    public CancellationToken GetStopToken() => threads.GetStopToken();

    /// <summary>Runs the work here when that is good, and true; else starts it on a thread of its own.</summary>
    /// <param name="work">The guest.</param>
    /// <param name="pace">How long guests of its module take.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="isCalled">Whether something that has begun waits for it.</param>
    /// <param name="waiting">A thread that would do nothing but wait for this guest, or null. A script's has its own thread, or its place here,
    /// already.</param>
    public bool RunOrStart(IGuestWork work, RunTimeAverage pace, ExecutionLimits limits, bool isCalled = false, Thread? waiting = null)
    {
        if (pace.IsQuick && waiting == Thread.CurrentThread && limits.HasStackHere(HostStackBytes))
        {
            work.Run();
            return true;
        }

        if (!pace.IsQuick || !Thread.CurrentThread.IsThreadPoolThread || !limits.HasStackHere(HostStackBytes) || _places.TryTake(pace) is not { } place)
        {
            threads.Start(work, isCalled);
            return false;
        }

        try
        {
            work.Run();
        }
        finally
        {
            _places.Return(place);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}
