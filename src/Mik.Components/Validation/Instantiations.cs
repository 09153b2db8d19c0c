using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Validation;

/// <summary>Checks the definitions that make instances, and computes the instances' types.</summary>
internal static class Instantiations
{
    /// <summary><c>core instance (instantiate …)</c>.</summary>
    public static IReadOnlyDictionary<string, ExternalType> InstantiateModule(Scope scope, uint moduleIndex, CoreArgument[] arguments, int offset)
    {
        var module = scope.CoreModules.At(moduleIndex, offset);
        scope.AddInstance(module, offset);
        var instances = new Dictionary<string, IReadOnlyDictionary<string, ExternalType>>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            if (!instances.TryAdd(argument.Name, scope.CoreInstances.At((uint)argument.InstanceIndex, offset)))
            {
                Reject.Invalid($"duplicate module instantiation argument named `{argument.Name}`", offset);
            }
        }
        scope.Budget.Spend(module.Imports.Count);
        foreach (var import in module.Imports)
        {
            if (!instances.TryGetValue(import.Module, out var instance))
            {
                Reject.Invalid($"missing module instantiation argument named `{import.Module}`", offset);
            }
            if (!instance.TryGetValue(import.Name, out var given))
            {
                Reject.Invalid($"module instantiation argument `{import.Module}` does not export an item named `{import.Name}`", offset);
            }
            if (CoreMatching.Mismatch(given, import.Type) is { } reason)
            {
                Reject.Invalid($"type mismatch for export `{import.Name}` of module instantiation argument `{import.Module}`: {reason}", offset);
            }
        }
        return module.Exports;
    }

    /// <summary><c>core instance (export …)*</c>.</summary>
    public static IReadOnlyDictionary<string, ExternalType> InlineCoreInstance(Scope scope, NamedItem[] exports, int offset)
    {
        var types = new Dictionary<string, ExternalType>(StringComparer.Ordinal);
        foreach (var export in exports)
        {
            if (!types.TryAdd(export.Name, CoreTypeOf(scope, export.Sort, (uint)export.Index, offset)))
            {
                Reject.Invalid($"duplicate instantiation export name `{export.Name}` already defined", offset);
            }
        }
        return types;
    }

    /// <summary><c>instance (instantiate …)</c>.</summary>
    public static InstanceType InstantiateComponent(Scope scope, uint componentIndex, NamedItem[] arguments, int offset)
    {
        var component = scope.Components.At(componentIndex, offset);
        scope.AddInstance(component, offset);
        var given = new Dictionary<string, ExternType>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            if (!given.TryAdd(argument.Name, scope.TypeOf(argument.Sort, (uint)argument.Index, offset)))
            {
                Reject.Invalid($"instantiation argument `{argument.Name}` conflicts with previous argument `{argument.Name}`", offset);
            }
        }
        var checker = new TypeChecker(scope.Budget);
        foreach (var resource in component.ImportedResources)
        {
            checker.Open(resource);
        }
        var substitution = new Substitution(scope.Budget);
        foreach (var import in component.Imports)
        {
            if (!given.TryGetValue(import.Name.Text, out var argument))
            {
                Reject.Invalid($"missing import named `{import.Name}`", offset);
            }
            if (checker.Mismatch(argument, import.Type) is { } reason)
            {
                Reject.Invalid($"type mismatch for import `{import.Name}`: {reason}", offset);
            }
            substitution.Rename(import.Type, argument);
        }
        foreach (var resource in component.ImportedResources)
        {
            substitution.Replace(resource, checker.Solution(resource)!);
        }
        return MakeInstance(scope, component, substitution);
    }

    /// <summary><c>instance (export …)*</c>.</summary>
    public static InstanceType InlineInstance(Scope scope, (ExternName Name, NamedItem Item)[] exports, int offset)
    {
        var list = new ExternList();
        // No resource is named in a bag of exports, so annotated names are valid in none.
        var names = new NameRules("export");
        foreach (var (name, item) in exports)
        {
            var type = scope.TypeOf(item.Sort, (uint)item.Index, offset);
            names.Check(name, type, offset);
            if (!list.TryAdd(new(name, type)))
            {
                Reject.Invalid($"export name `{name}` conflicts with previous name `{name}`", offset);
            }
        }
        return new(list, []);
    }

    /// <summary>The type of a core item that a core instance may hold.</summary>
    public static ExternalType CoreTypeOf(Scope scope, Sort sort, uint index, int offset)
    {
        switch (sort)
        {
            case Sort.CoreFunction:
                var function = scope.CoreFunctions.At(index, offset);
                return new() { Kind = ExternalKind.Function, Function = function.Function, Definition = function };
            case Sort.CoreTable:
                return new() { Kind = ExternalKind.Table, Table = scope.CoreTables.At(index, offset) };
            case Sort.CoreMemory:
                return new() { Kind = ExternalKind.Memory, Memory = scope.CoreMemories.At(index, offset) };
            case Sort.CoreGlobal:
                return new() { Kind = ExternalKind.Global, Global = scope.CoreGlobals.At(index, offset) };
            case Sort.CoreTag:
                return scope.CoreTags.At(index, offset);
            default:
                Reject.Invalid($"{sort} cannot be an export of a core instance", offset);
                return null;
        }
    }

    /// <summary>Each instance makes its component's resources anew.</summary>
    private static InstanceType MakeInstance(Scope scope, ComponentType component, Substitution substitution)
    {
        if (component.ExportedResources.Length > 0)
        {
            var paths = InstanceResources.PathsOf(new InstanceType(component.Exports, []), scope.Budget);
            foreach (var resource in component.ExportedResources)
            {
                var fresh = InstanceResources.MakeVariable(scope, "", paths[resource]);
                substitution.Replace(resource, fresh);
                scope.DefinedResources.Add(fresh);
            }
        }
        return new(substitution.Apply(component.Exports), []);
    }
}
