using Mik.Components.Model;

namespace Mik.Components.Runtime;

/// <summary>A built-in of one component instance.</summary>
/// <param name="scope">The instance.</param>
/// <param name="definition">Which built-in it is, and for what.</param>
internal sealed class BuiltInInstance(InstanceScope scope, CanonBuiltIn definition)
{
    private ElementType? _element;
    private ElementType? _result;

    /// <summary>The instance.</summary>
    public InstanceScope Scope => scope;

    /// <summary>Which built-in it is, and for what.</summary>
    public CanonBuiltIn Definition => definition;

    /// <summary>Whether core code waits inside it.</summary>
    /// <param name="callsGuests">Whether the instance calls others: what it cancels may then not end at once.</param>
    public bool WaitsInside(bool callsGuests) => definition.BuiltIn switch
    {
        BuiltIn.WaitableSetWait or BuiltIn.ThreadYield => true,
        BuiltIn.StreamRead or BuiltIn.StreamWrite or BuiltIn.FutureRead or BuiltIn.FutureWrite => !definition.IsAsync,
        BuiltIn.SubtaskCancel => !definition.IsAsync && callsGuests,
        _ => false,
    };

    /// <summary>Of a built-in of streams or futures, what goes through them.</summary>
    public ElementType Element => _element ??= scope.ElementOf(definition.Type!.Element);

    /// <summary>Of <c>task.return</c>, what it gives.</summary>
    public ElementType Result => _result ??= scope.ElementOf(definition.Result);
}
