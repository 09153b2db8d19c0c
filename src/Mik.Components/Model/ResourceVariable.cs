using System.Collections.Immutable;

namespace Mik.Components.Model;

/// <summary>
/// A resource type as a component's own text sees it: a name for a type that only instantiation fixes (a definition makes a
/// fresh one each time, an import or alias takes the one it is given). Compared by identity.
/// <para>
/// At run time a component instance finds the type behind a variable of its component by its origin: entry
/// <see cref="TypeIndex"/> of its type index space when that is not -1, else the type that instance
/// <see cref="InstanceIndex"/> exports under <see cref="Path"/>. The origin is always defined before the first use.
/// Variables inside declared component and instance types have no origin and never reach the runtime.
/// </para>
/// </summary>
public sealed class ResourceVariable
{
    private ResourceVariable(string name, int slot, int typeIndex, int instanceIndex, ImmutableArray<string> path)
    {
        Name = name;
        Slot = slot;
        TypeIndex = typeIndex;
        InstanceIndex = instanceIndex;
        Path = path;
    }

    /// <summary>A name for messages.</summary>
    public string Name { get; }

    /// <summary>Position in <see cref="Component.Resources"/>; -1 without origin.</summary>
    public int Slot { get; }

    /// <summary>The first index of the resource in its component's type index space, or -1.</summary>
    public int TypeIndex { get; }

    /// <summary>The instance that exports the resource, in its component's instance index space, or -1.</summary>
    public int InstanceIndex { get; }

    /// <summary>Export names that lead from the instance to the resource; all but the last are instances.</summary>
    public ImmutableArray<string> Path { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal static ResourceVariable Declared(string name) => new(name, -1, -1, -1, []);

    internal static ResourceVariable AtTypeIndex(string name, int slot, int typeIndex) => new(name, slot, typeIndex, -1, []);

    internal static ResourceVariable OfInstance(string name, int slot, int instanceIndex, ImmutableArray<string> path) =>
        new(name, slot, -1, instanceIndex, path);
}
