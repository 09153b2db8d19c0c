using Mik.Wasm.Model;

namespace Mik.Wasm.Execution;

/// <summary>Something that can be imported and exported: a function, a memory, a table or a global of a store.</summary>
public abstract class ExternalValue
{
    private protected ExternalValue(Store store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Store = store;
    }

    /// <summary>The store that owns it; it cannot be used once that is disposed.</summary>
    public Store Store { get; }

    /// <summary>What it is.</summary>
    public abstract ExternalKind Kind { get; }
}
