namespace Mik.Server.Hosting;

/// <summary>Room for guests in the runtime's thread pool, which belongs to the whole process.</summary>
internal static class ThreadPoolRoom
{
    /// <summary>
    /// How many quick guests may have a thread of the pool at a time. One more than there are processors: each that turns out to be long has a thread whose
    /// priority nobody could raise again, so it is not lowered.
    /// </summary>
    public static readonly int Places = Environment.ProcessorCount + 1;

    /// <summary>Lets the pool have as many threads more at once, so that what else runs there, Kestrel first, always finds one.</summary>
    public static void Make()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        var wanted = Environment.ProcessorCount + Places;
        if (workers < wanted)
        {
            ThreadPool.SetMinThreads(wanted, completions);
        }
    }
}
