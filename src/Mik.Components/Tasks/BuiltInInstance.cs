using Mik.Components.Linking;
using Mik.Components.Model;

namespace Mik.Components.Tasks;

/// <summary>A built-in of one component instance.</summary>
/// <param name="scope">The instance.</param>
/// <param name="definition">Which built-in it is, and for what.</param>
internal sealed class BuiltInInstance(InstanceScope scope, CanonBuiltIn definition)
{
    private ElementType? _element;

    /// <summary>The instance.</summary>
    public InstanceScope Scope => scope;

    /// <summary>Which built-in it is, and for what.</summary>
    public CanonBuiltIn Definition => definition;

    /// <summary>Of a built-in of streams or futures, what goes through them.</summary>
    public ElementType Element => _element ??= scope.ElementOf(definition.Type!.Element);
}
