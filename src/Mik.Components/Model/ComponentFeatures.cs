namespace Mik.Components.Model;

/// <summary>Parts of the Component Model that are not settled yet, and therefore refused unless the embedder asks for them.</summary>
[Flags]
public enum ComponentFeatures
{
    /// <summary>None of them.</summary>
    None = 0,
    /// <summary>Async functions lifted without a callback, which wait inside (Explainer.md, "🚟").</summary>
    AsyncStackful = 1,
    /// <summary>Reads and writes of streams and futures that wait, and cancelling that does not (Explainer.md, "🚝").</summary>
    MoreAsyncBuiltIns = 2,
}
