namespace Mik.Cli.Running;

/// <summary>
/// The threads of the runtime's pool, made before they are needed. The pool makes a thread on whichever thread asks for one; where that is one of
/// the runtime's own and the system has no thread to give, the process ends. So all are there from the start, stay (<c>ThreadsToKeepAlive</c> in the
/// project's file), and there are never more.
/// </summary>
internal static class ThreadReserve
{
    // Guests that are quick run here too, and whatever waits for the system without saying so. An idle one costs some ten KB.
    private static readonly int Wanted = Math.Max(8, 4 * Environment.ProcessorCount);

    private static int _isFilled;

    /// <summary>Makes them; fewer where the system gives no more. Once in a process: another time would wait for threads that there may not be.</summary>
    public static void Fill()
    {
        if (Interlocked.Exchange(ref _isFilled, 1) != 0)
        {
            return;
        }

        ThreadPool.GetMinThreads(out var fewest, out var completions);
        ThreadPool.SetMinThreads(Wanted, completions);
        var allAreThere = new ManualResetEventSlim();
        var oneMore = new AutoResetEvent(initialState: false);
        var made = 0;
        try
        {
            // One after the other: so each is made here, where it can be seen to fail.
            for (; made < Wanted; made++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        oneMore.Set();
                        allAreThere.Wait();
                    },
                    null);
                oneMore.WaitOne();
            }
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
        }

        // Most are there for when others block: all of them at work make each request dearer by a tenth. The pool sets to work as many as the maximum
        // let it and takes only time to have fewer, so the maximum is small for a moment.
        var atWork = Math.Max(1, Math.Min(made, fewest));
        ThreadPool.SetMinThreads(atWork, completions);
        ThreadPool.SetMaxThreads(Math.Max(atWork, Environment.ProcessorCount), Wanted);
        ThreadPool.SetMaxThreads(Math.Max(made, Environment.ProcessorCount), Wanted);
        allAreThere.Set();
    }
}
