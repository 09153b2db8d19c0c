using Mik.Components.Model;

namespace Mik.Components.Metadata;

/// <summary>
/// A WIT package in its binary form: a component that holds no code, only types, one for each interface and world
/// (what <c>wkg wit build</c> and <c>wasm-tools component wit --wasm</c> write).
/// </summary>
public sealed class WitPackage
{
    private WitPackage(string name, IReadOnlyList<WitPackageItem> items) => (Name, Items) = (name, items);

    /// <summary>Its name with its version: <c>wasi:http@0.2.0</c>.</summary>
    public string Name { get; }

    /// <summary>Its interfaces and worlds, in order.</summary>
    public IReadOnlyList<WitPackageItem> Items { get; }

    /// <summary>Its interfaces and worlds in words.</summary>
    public string Described => string.Join(", ", Items.Select(item => $"{(item.IsWorld ? "world" : "interface")} {item.Label}"));

    /// <summary>The package that a component is; null when it is an ordinary component.</summary>
    public static WitPackage? Of(Component component)
    {
        ArgumentNullException.ThrowIfNull(component);
        if (component.Imports.Count > 0 || component.Exports.Count == 0 || component.CoreModuleCount > 0)
        {
            return null;
        }
        var items = new List<WitPackageItem>();
        foreach (var export in component.Exports)
        {
            if (export.Type is not { Sort: Sort.Type or Sort.Component, Type: ComponentType type } || Item(export.Name.Text, type) is not { } item)
            {
                return null;
            }
            items.Add(item);
        }
        var first = items[0].Name.Interface!;
        return new WitPackage($"{first.Path.Split('/')[0]}{(first.Version.Length > 0 ? "@" + first.Version : "")}", items);
    }

    private static WitPackageItem? Item(string label, ComponentType type)
    {
        if (type.Exports is not [{ Name.Interface: not null } inner])
        {
            return null;
        }
        return inner.Type switch
        {
            { Sort: Sort.Component, Type: ComponentType world } => new WitPackageItem(label, inner.Name, IsWorld: true, world),
            { Instance: not null } => new WitPackageItem(label, inner.Name, IsWorld: false, type),
            _ => null,
        };
    }
}

/// <summary>An interface or a world of a WIT package.</summary>
/// <param name="Label">Its name in the package.</param>
/// <param name="Name">Its whole name.</param>
/// <param name="IsWorld">Whether it is a world.</param>
/// <param name="Type">The world; of an interface, a world that imports what it uses, and exports it.</param>
public sealed record WitPackageItem(string Label, ExternName Name, bool IsWorld, ComponentType Type);
