namespace Mik.Wasm.Execution;

/// <summary>What of a store belongs to the thread that runs a guest in it.</summary>
/// <param name="Depth">Calls from the host that have not returned.</param>
/// <param name="Thread">The thread.</param>
/// <param name="StackLimit">Where its stack ends for guests.</param>
internal readonly record struct StoreEntry(int Depth, int Thread, nuint StackLimit);
