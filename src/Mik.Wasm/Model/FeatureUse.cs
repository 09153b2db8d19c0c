namespace Mik.Wasm.Model;

/// <summary>The proposals that a module needs, as its reader and its validator meet them: whatever passes because a feature is on is noted here.</summary>
internal sealed class FeatureUse
{
    /// <summary>All so far; those of its functions are known when these were validated.</summary>
    public WasmFeatures Features { get; private set; }

    /// <summary>Notes what was met.</summary>
    public void Add(WasmFeatures features) => Features |= features;
}
