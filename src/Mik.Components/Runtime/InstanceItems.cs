using Mik.Components.Model;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>The exports of a component instance by name: <see cref="Linking.ComponentFunction"/>, <see cref="InstanceItems"/>, <see cref="ComponentItem"/>,
/// <see cref="TypeItem"/> or a compiled core module.</summary>
internal sealed class InstanceItems : Dictionary<string, object>
{
    public InstanceItems()
        : base(StringComparer.Ordinal)
    {
    }
}

/// <summary>A type of an index space at run time; only resources matter.</summary>
internal sealed record TypeItem(RuntimeResource? Resource)
{
    /// <summary>A type that is no resource.</summary>
    public static TypeItem Other { get; } = new((RuntimeResource?)null);
}

/// <summary>A component that can be instantiated, with the instance whose items its outer aliases name.</summary>
internal sealed record ComponentItem(Component Component, InstanceScope? Enclosing);

/// <summary>A core instance: of a module, or made of items.</summary>
internal readonly record struct CoreInstance(ModuleInstance? Module, Dictionary<string, ExternalValue>? Items)
{
    /// <summary>The export with a name, or null.</summary>
    public ExternalValue? GetExport(string name) => Module is not null ? Module.GetExport(name) : Items!.GetValueOrDefault(name);
}
