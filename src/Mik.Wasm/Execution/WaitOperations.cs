namespace Mik.Wasm.Execution;

/// <summary>What emitted code calls for <c>memory.atomic.wait</c> and <c>notify</c>; addresses are native, checked and aligned.</summary>
internal static class WaitOperations
{
    /// <summary><c>memory.atomic.wait32</c>.</summary>
    /// <exception cref="Trap">The memory is not shared, or the store was interrupted.</exception>
    public static int MemoryAtomicWait32(nint context, int memoryIndex, nint address, int expected, long timeout) =>
        QueueOf(context, memoryIndex, out var store).Wait32(store, address, expected, timeout);

    /// <summary><c>memory.atomic.wait64</c>.</summary>
    /// <exception cref="Trap">The memory is not shared, or the store was interrupted.</exception>
    public static int MemoryAtomicWait64(nint context, int memoryIndex, nint address, long expected, long timeout) =>
        QueueOf(context, memoryIndex, out var store).Wait64(store, address, expected, timeout);

    /// <summary><c>memory.atomic.notify</c>; nobody can wait in a memory that is not shared.</summary>
    public static int MemoryAtomicNotify(nint context, int memoryIndex, nint address, int count) =>
        ModuleInstance.FromContext(context).Memory(memoryIndex).Waiters?.Notify(address, (uint)count) ?? 0;

    private static WaitQueue QueueOf(nint context, int memoryIndex, out Store store)
    {
        var instance = ModuleInstance.FromContext(context);
        store = instance.Store;
        return instance.Memory(memoryIndex).Waiters ?? throw new Trap(TrapKind.ExpectedSharedMemory);
    }
}
