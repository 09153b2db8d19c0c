using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Validation;

/// <summary>Checks aliases and appends what they name.</summary>
internal static class Aliases
{
    /// <summary><c>alias core export</c>.</summary>
    public static void CoreExport(Scope scope, Sort sort, uint instanceIndex, string name, int offset)
    {
        if (!scope.CoreInstances.At(instanceIndex, offset).TryGetValue(name, out var type))
        {
            Reject.Invalid($"core instance {instanceIndex} has no export named `{name}`", offset);
        }
        switch (sort, type.Kind)
        {
            case (Sort.CoreFunction, ExternalKind.Function):
                scope.CoreFunctions.Add(type.FunctionDefinition, offset);
                break;
            case (Sort.CoreTable, ExternalKind.Table):
                scope.CoreTables.Add(type.Table, offset);
                break;
            case (Sort.CoreMemory, ExternalKind.Memory):
                scope.CoreMemories.Add(type.Memory, offset);
                break;
            case (Sort.CoreGlobal, ExternalKind.Global):
                scope.CoreGlobals.Add(type.Global, offset);
                break;
            case (Sort.CoreTag, ExternalKind.Tag):
                scope.CoreTags.Add(type, offset);
                break;
            default:
                Reject.Invalid($"export `{name}` for core instance {instanceIndex} is not a {sort}", offset);
                break;
        }
    }

    /// <summary><c>alias export</c>.</summary>
    public static void Export(Scope scope, Sort sort, uint instanceIndex, string name, int offset)
    {
        if (!scope.Instances.At(instanceIndex, offset).Exports.TryGet(name, out var type))
        {
            Reject.Invalid($"instance {instanceIndex} has no export named `{name}`", offset);
        }
        if (type.Sort != sort)
        {
            Reject.Invalid($"export `{name}` for instance {instanceIndex} is not a {sort}", offset);
        }
        scope.Append(type, offset);
    }

    /// <summary><c>alias outer</c>.</summary>
    public static void Outer(Scope scope, Sort sort, uint count, uint index, int offset)
    {
        var target = scope.Outer(count, offset);
        switch (sort)
        {
            case Sort.CoreModule:
                scope.CoreModules.Add(target.CoreModules.At(index, offset), offset);
                break;
            case Sort.CoreType:
                scope.AddCoreType(target.CoreTypes.At(index, offset), offset);
                break;
            case Sort.Component:
                scope.Components.Add(target.Components.At(index, offset), offset);
                break;
            case Sort.Type:
                scope.Types.Add(OuterType(scope, target, index, offset), offset);
                break;
            default:
                Reject.Invalid($"{sort} cannot be outer-aliased", offset);
                break;
        }
    }

    /// <summary>A component must stay valid when it is cut out of its parent, so no resource of the parent may get into it.</summary>
    private static DefinedType OuterType(Scope scope, Scope target, uint index, int offset)
    {
        var type = target.Types.At(index, offset);
        for (var inner = scope; inner != target; inner = inner.Parent!)
        {
            if (inner.Kind == ScopeKind.Component && FreeResources.Of(type, scope.Budget).Count > 0)
            {
                Reject.Invalid("cannot alias outer type which transitively refers to resources not defined in the current component", offset);
            }
        }
        return type;
    }
}
