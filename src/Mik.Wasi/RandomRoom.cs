using Mik.Wasm.Execution;

namespace Mik.Wasi;

/// <summary>
/// Where the bytes of a request's large random lists are made: one place that is used again, since a guest can ask for gigabytes a second, and what is left
/// to the collector waits for it. A list is copied into the guest before the next one is made.
/// </summary>
internal sealed class RandomRoom(ResourceBudget budget)
{
    // Fewer cost the collector nothing.
    private const int Small = 4 * 1024;
    private const int Grain = 64 * 1024;

    private byte[] _bytes = [];

    /// <summary>Room for so many bytes, which are charged for as long as the request lasts.</summary>
    /// <exception cref="Trap">The request may not have them.</exception>
    public Memory<byte> Of(int length)
    {
        if (length <= Small)
        {
            return new byte[length];
        }
        if (length > _bytes.Length)
        {
            var size = (length + Grain - 1) / Grain * Grain;
            budget.Charge(LimitedResource.Random, size - _bytes.Length);
            _bytes = GC.AllocateUninitializedArray<byte>(size);
        }
        return _bytes.AsMemory(0, length);
    }
}
