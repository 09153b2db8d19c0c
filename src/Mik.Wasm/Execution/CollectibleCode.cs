namespace Mik.Wasm.Execution;

/// <summary>
/// Counts the assemblies that are made to be unloaded. Each holds some dozens of mappings of the process, of which the system allows 65,530 (Linux'
/// <c>vm.max_map_count</c>) and beyond which the runtime ends the process; they go with a collection of the oldest generation, which comes for the size of
/// the managed heap alone; and the thread that unloads them is slower than those that make them. So one is made when there are many since the last, and
/// whoever makes the next waits a little for it.
/// </summary>
internal static class CollectibleCode
{
    private const int MostSinceCollection = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly Lock Gate = new();
    private static int _collections;
    private static int _made;

    /// <summary>One is about to be made.</summary>
    public static void Make()
    {
        lock (Gate)
        {
            var collections = GC.CollectionCount(GC.MaxGeneration);
            if (_collections != collections)
            {
                (_collections, _made) = (collections, 0);
            }

            if (++_made < MostSinceCollection)
            {
                return;
            }

            _made = 0;
        }

        GC.Collect();
        Task.Run(GC.WaitForPendingFinalizers).Wait(Patience);
    }
}
