namespace Mik.Wasm.Execution;

/// <summary>
/// One call from the host into a store's guests. The outermost sets the guest's stack limit; calls inside it
/// (guest to host to guest) keep that limit, so that depth is counted over all of them.
/// </summary>
internal readonly ref struct EntryScope
{
    private readonly Store? _store;

    internal EntryScope(Store store) => _store = store;

    /// <summary>Ends the call.</summary>
    public void Dispose() => _store?.Leave();
}
