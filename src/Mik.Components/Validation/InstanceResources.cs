using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>The resources that instances export.</summary>
internal static class InstanceResources
{
    /// <summary>Where each resource that an instance exports is found first.</summary>
    public static Dictionary<ResourceVariable, string[]> PathsOf(InstanceType instance, WorkBudget budget)
    {
        var paths = new Dictionary<ResourceVariable, string[]>();
        Collect(instance.Exports, [], paths, budget);
        return paths;
    }

    /// <summary>
    /// The type of a new instance of a declared type: the type's own resources are replaced by variables of the scope, which
    /// are appended to <paramref name="owner"/>.
    /// </summary>
    public static InstanceType Freshen(Scope scope, string name, InstanceType declared, List<ResourceVariable> owner)
    {
        var substitution = new Substitution(scope.Budget);
        var paths = PathsOf(declared, scope.Budget);
        foreach (var resource in declared.Resources)
        {
            var fresh = MakeVariable(scope, name, paths[resource]);
            substitution.Replace(resource, fresh);
            owner.Add(fresh);
        }
        return new(substitution.Apply(declared.Exports), []);
    }

    /// <summary>A variable for a resource that the scope's next instance exports.</summary>
    public static ResourceVariable MakeVariable(Scope scope, string instanceName, string[] path) =>
        scope.NewResourceOfInstance(instanceName.Length == 0 ? path[^1] : $"{instanceName}.{path[^1]}", path);

    /// <summary>Only instances that lead to resources are entered, so the work and the result are of the same size.</summary>
    private static void Collect(ExternList exports, string[] prefix, Dictionary<ResourceVariable, string[]> paths, WorkBudget budget)
    {
        budget.Spend(exports.Count);
        foreach (var export in exports)
        {
            if (export.Type.Type is ResourceType resource)
            {
                paths.TryAdd(resource.Variable, [.. prefix, export.Name.Text]);
            }
            else if (export.Type.Instance is { ExportsResources: true } instance)
            {
                Collect(instance.Exports, [.. prefix, export.Name.Text], paths, budget);
            }
        }
    }
}
