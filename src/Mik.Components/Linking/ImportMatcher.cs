using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Components.Validation;
using Mik.Wasm.Instantiation;

namespace Mik.Components.Linking;

/// <summary>Finds what the host offers for each import of a component, and collects everything that is missing.</summary>
internal sealed class ImportMatcher
{
    private readonly Linker _linker;
    private readonly List<LinkProblem> _problems = [];
    private readonly Dictionary<ResourceVariable, RuntimeResource> _resources = [];
    private readonly Dictionary<string, object> _items = new(StringComparer.Ordinal);
    private readonly WorkBudget _budget = new();
    private readonly ShapeMatcher _shapes;

    private ImportMatcher(Linker linker)
    {
        _linker = linker;
        _shapes = new ShapeMatcher(_resources);
    }

    /// <summary>What the host offers for a component's imports.</summary>
    /// <exception cref="ComponentLinkException">Some are missing or have other shapes.</exception>
    public static MatchedImports Match(Component component, Linker linker)
    {
        var matcher = new ImportMatcher(linker);
        foreach (var import in component.Imports)
        {
            if (matcher.Match(import) is { } item)
            {
                matcher._items[import.Name.Text] = item;
            }
        }
        return matcher._problems.Count == 0
            ? new MatchedImports(matcher._items, matcher._shapes)
            : throw new ComponentLinkException(matcher._problems);
    }

    private object? Match(ComponentExtern import)
    {
        var name = import.Name;
        if (_linker.FindItem(name) is { } item)
        {
            return Check(name.Text, import.Type, item);
        }
        switch (import.Type.Sort)
        {
            case Sort.Function when _linker.FindFunction("", name.Text) is { } function:
                return new DelegateFunction(name.Text, import.Type.Function!, function);
            case Sort.Instance when _linker.FindFunction("", name.Text) is not null:
                return Missing(name.Text, "expected instance, and the host has a function of this name");
            case Sort.Instance:
                return MatchInstance(name, import.Type.Instance!);
            default:
                return MakeUp(name.Text, import.Type);
        }
    }

    /// <summary>An instance whose functions are C# methods.</summary>
    private InstanceItems? MatchInstance(ExternName name, InstanceType type)
    {
        var host = _linker.FindInterface(name, out var reason);
        if (host is null && type.Exports.Any(export => export.Type.Sort == Sort.Function) && !_linker.HasFunctions(name.Text))
        {
            Missing(name.Text, reason);
            return null;
        }
        var items = new InstanceItems();
        foreach (var export in type.Exports)
        {
            var full = $"{name.Text}#{export.Name.Text}";
            var item = export.Type switch
            {
                { Sort: Sort.Type, Type: ResourceType resource } => MatchResource(host, full, export.Name.Text, resource.Variable),
                { Sort: Sort.Function } => MatchFunction(host, name.Text, export),
                _ => MakeUp(full, export.Type),
            };
            if (item is not null)
            {
                items[export.Name.Text] = item;
            }
        }
        return items;
    }

    private object? MatchResource(HostInterface? host, string full, string name, ResourceVariable variable)
    {
        // A resource that an earlier interface defines comes again under each interface that uses it.
        if (_resources.TryGetValue(variable, out var known))
        {
            return new TypeItem(known);
        }
        if (host?.FindResource(name) is not { } resource)
        {
            return Missing(full, "the host has no such resource");
        }
        _resources[variable] = resource;
        return new TypeItem(resource);
    }

    private object? MatchFunction(HostInterface? host, string instance, ComponentExtern export)
    {
        var full = $"{instance}#{export.Name.Text}";
        var type = export.Type.Function!;
        if (_linker.FindFunction(instance, export.Name.Text) is { } function)
        {
            return new DelegateFunction(full, type, function);
        }
        if (host is null)
        {
            return Missing(full, "the host has no such function");
        }
        return host.FindMethod(export.Name, out var lookedFor) is { } method
            ? CheckMethod(full, type, new HostMethodFunction(full, method))
            : Missing(full, $"the host has no such function ({lookedFor})");
    }

    /// <summary>What nobody has to give: types that say what they are, and instances of nothing else.</summary>
    private object? MakeUp(string full, ExternType expected)
    {
        switch (expected.Sort)
        {
            case Sort.Type when expected.Type is not ResourceType:
                return TypeItem.Other;
            case Sort.Type when _resources.TryGetValue(((ResourceType)expected.Type).Variable, out var resource):
                return new TypeItem(resource);
            case Sort.Instance:
                return CheckInstance(full, expected.Instance!, []);
            default:
                return Missing(full, "the host has nothing of this name");
        }
    }

    /// <summary>An item that exists: whether it is what the component asks for.</summary>
    private object? Check(string full, ExternType expected, object item) => (expected.Type, item) switch
    {
        (CoreModuleType type, CompiledModule module) =>
            Accept(full, item, CoreMatching.Mismatch(CoreModuleType.Of(module.Module), type, _budget)),
        (ComponentType type, ComponentItem component) =>
            Accept(
                full, item, new TypeChecker(_budget).Mismatch(new ExternType(Sort.Component, component.Component.Type), new ExternType(Sort.Component, type))),
        (ComponentFunctionType type, HostMethodFunction method) => CheckMethod(full, type, method),
        (ComponentFunctionType type, LiftedFunction function) => CheckFunction(full, type, function),
        (ComponentFunctionType, LinkedFunction) => item,
        (InstanceType type, InstanceItems items) => CheckInstance(full, type, items),
        (ResourceType type, TypeItem { Resource: { } resource }) => CheckResource(full, type.Variable, resource),
        (ComponentValueType, TypeItem { Resource: null }) => item,
        _ => Missing(full, $"expected {expected.Sort.ToString().ToLowerInvariant()}, and the host has something else of this name"),
    };

    private InstanceItems CheckInstance(string full, InstanceType type, InstanceItems given)
    {
        var items = new InstanceItems();
        foreach (var export in type.Exports)
        {
            var name = export.Name.Text;
            var item = given.TryGetValue(name, out var found)
                ? Check($"{full}#{name}", export.Type, found)
                : MakeUp($"{full}#{name}", export.Type);
            if (item is not null)
            {
                items[name] = item;
            }
        }
        return items;
    }

    private object? CheckResource(string full, ResourceVariable variable, RuntimeResource resource)
    {
        if (_resources.TryAdd(variable, resource) || _resources[variable] == resource)
        {
            return new TypeItem(resource);
        }
        return Missing(full, $"mismatched resource types: it must be the resource {_resources[variable].Name}");
    }

    private object? CheckMethod(string full, ComponentFunctionType type, HostMethodFunction function)
    {
        try
        {
            function.Method.Match(type, _shapes);
            return function;
        }
        catch (ShapeMismatchException mismatch)
        {
            return Missing(full, mismatch.Message);
        }
    }

    /// <summary>A guest's function: the same type, and the same resources where both name some.</summary>
    private object? CheckFunction(string full, ComponentFunctionType expected, LiftedFunction function)
    {
        var given = function.Type;
        if (WitText.Shape(expected) != WitText.Shape(given))
        {
            return Missing(full, $"the function there is {WitText.Of(given)}, and the import {WitText.Of(expected)}");
        }
        var resources = HandleTypes.Of(expected).Zip(HandleTypes.Of(given));
        return resources.All(pair => _resources.GetValueOrDefault(pair.First) == function.Scope.ResourceAt(pair.Second.Slot))
            ? function
            : Missing(full, "mismatched resource types");
    }

    private object? Accept(string full, object item, string? mismatch) => mismatch is null ? item : Missing(full, mismatch);

    private object? Missing(string import, string reason)
    {
        _problems.Add(new LinkProblem(import, reason));
        return null;
    }
}

/// <summary>What the host offers for the imports of one component.</summary>
/// <param name="Items">The items by import name.</param>
/// <param name="Shapes">Matches C# types, knowing which resources the component's imports are.</param>
internal sealed record MatchedImports(Dictionary<string, object> Items, ShapeMatcher Shapes);

/// <summary>The resources of the handles in a function type, in order.</summary>
internal static class HandleTypes
{
    public static IEnumerable<ResourceVariable> Of(ComponentFunctionType type) =>
        type.Parameters.Select(parameter => parameter.Type).Append(type.Result!).SelectMany(Of);

    private static IEnumerable<ResourceVariable> Of(ComponentValueType? type) => type switch
    {
        null => [],
        OwnType own => [own.Resource],
        BorrowType borrow => [borrow.Resource],
        ListType list => Of(list.Element),
        AsyncValueType end => Of(end.Element),
        RecordType or TupleType => Enumerable.Range(0, Despecialization.FieldCount(type)).SelectMany(i => Of(Despecialization.FieldType(type, i))),
        _ when Despecialization.IsVariantLike(type) =>
            Enumerable.Range(0, Despecialization.CaseCount(type)).SelectMany(i => Of(Despecialization.CasePayload(type, i))),
        _ => [],
    };
}
