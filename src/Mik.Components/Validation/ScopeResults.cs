using System.Collections.Immutable;
using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>What a scope becomes when it has been read to its end.</summary>
internal static class ScopeResults
{
    /// <summary>The type of a component, or the component type that the scope declares.</summary>
    public static ComponentType ToComponentType(Scope scope, int offset)
    {
        ImmutableArray<ResourceVariable> exported = [];
        if (scope.DefinedResources.Count > 0)
        {
            if (FreeResources.Of(scope.Imports, scope.Budget).Overlaps(scope.DefinedResources))
            {
                Reject.Invalid("local resource type found in imports", offset);
            }
            var free = FreeResources.Of(scope.Exports, scope.Budget);
            exported = [.. scope.DefinedResources.Where(free.Contains)];
            foreach (var resource in exported)
            {
                if (!scope.ExplicitResources.Contains(resource))
                {
                    Reject.Invalid($"local resource type `{resource}` found in export but not exported itself", offset);
                }
            }
        }
        return CheckSize(new ComponentType(scope.Imports, scope.Exports, [.. scope.ImportedResources], exported), offset);
    }

    /// <summary>The instance type that the scope declares.</summary>
    public static InstanceType ToInstanceType(Scope scope, int offset) =>
        CheckSize(new InstanceType(scope.Exports, [.. scope.DefinedResources]), offset);

    /// <summary>A component that has been read.</summary>
    public static Component ToComponent(Scope scope, int offset) =>
        new([.. scope.Definitions], scope.Types.ToArray(), scope.Slots, ToComponentType(scope, offset));

    /// <summary>Refuses types that would take too long to walk or nest too deep for it.</summary>
    public static T CheckSize<T>(T type, int offset)
        where T : DefinedType
    {
        var measure = type.Measure;
        if (measure.Nodes > ComponentLimits.TypeSize)
        {
            Reject.OverLimit($"effective type size exceeds the limit of {ComponentLimits.TypeSize}", offset);
        }
        if (measure.Depth > ComponentLimits.TypeDepth)
        {
            Reject.OverLimit($"type nesting is too deep: more than {ComponentLimits.TypeDepth} levels", offset);
        }
        return type;
    }
}
