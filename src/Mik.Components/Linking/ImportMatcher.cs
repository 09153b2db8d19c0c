using Mik.Components.CanonicalAbi;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Wasm.Instantiation;

namespace Mik.Components.Linking;

/// <summary>Finds what the host offers for each import of a component, and collects everything that is missing.</summary>
internal sealed class ImportMatcher
{
    private readonly Linker _linker;
    private readonly List<LinkProblem> _problems = [];
    private readonly Dictionary<ResourceVariable, RuntimeResource> _resources = [];
    private readonly Dictionary<string, object> _items = new(StringComparer.Ordinal);
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
        if (_linker.FindItem(import.Name) is { } item)
        {
            return CheckItem(import, item);
        }
        switch (import.Type.Sort)
        {
            case Sort.Instance:
                return MatchInstance(import.Name, import.Type.Instance!);
            case Sort.Function when _linker.FindFunction("", import.Name.Text) is { } function:
                return new DelegateFunction(import.Name.Text, import.Type.Function!, function);
            case Sort.Type when import.Type.Type is not ResourceType:
                return TypeItem.Other;
            case Sort.Type when _resources.TryGetValue(((ResourceType)import.Type.Type).Variable, out var resource):
                return new TypeItem(resource);
            default:
                return Missing(import.Name.Text, "the host has nothing of this name");
        }
    }

    private InstanceItems? MatchInstance(ExternName name, InstanceType type)
    {
        var host = _linker.FindInterface(name, out var reason);
        if (host is null && type.Exports.Any(export => export.Type.Sort != Sort.Type) && !_linker.HasFunctions(name.Text))
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
                { Sort: Sort.Type } => TypeItem.Other,
                { Sort: Sort.Function } => MatchFunction(host, name.Text, export),
                _ => Missing(full, "the host's interfaces hold functions and types only"),
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
        if (host?.FindMethod(export.Name, out var lookedFor) is not { } method)
        {
            lookedFor = host is null ? "a function of this name" : FindName(host, export.Name);
            return Missing(full, $"the host has no such function ({lookedFor})");
        }
        try
        {
            method.Match(type, _shapes);
            return new HostMethodFunction(full, method);
        }
        catch (ShapeMismatchException mismatch)
        {
            return Missing(full, mismatch.Message);
        }
    }

    private object? CheckItem(ComponentExtern import, object item)
    {
        var fits = import.Type.Sort switch
        {
            Sort.Function => item is ComponentFunction,
            Sort.Instance => item is InstanceItems,
            Sort.Component => item is ComponentItem,
            Sort.CoreModule => item is CompiledModule,
            _ => item is TypeItem,
        };
        if (!fits)
        {
            return Missing(import.Name.Text, $"the host has something else than a {import.Type.Sort} of this name");
        }
        if (item is InstanceItems items && import.Type.Instance is { } instance)
        {
            return CheckItems(import.Name.Text, items, instance);
        }
        return item is ComponentFunction { Type: { } given } && FunctionShape.Of(given) != FunctionShape.Of(import.Type.Function!)
            ? Missing(import.Name.Text, $"the function there is {WitText.Of(given)}, and the import {WitText.Of(import.Type.Function!)}")
            : item;
    }

    private InstanceItems? CheckItems(string name, InstanceItems items, InstanceType type)
    {
        foreach (var export in type.Exports)
        {
            var full = $"{name}#{export.Name.Text}";
            if (!items.TryGetValue(export.Name.Text, out var item))
            {
                Missing(full, "the instance there does not export it");
                continue;
            }
            CheckItem(new ComponentExtern(export.Name, export.Type), item);
            if (export.Type is { Sort: Sort.Type, Type: ResourceType resource } && item is TypeItem { Resource: { } known })
            {
                _resources[resource.Variable] = known;
            }
        }
        return items;
    }

    private static string FindName(HostInterface host, ExternName name)
    {
        host.FindMethod(name, out var lookedFor);
        return lookedFor;
    }

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

/// <summary>A function type's text, which leaves out which resources it means: how functions of different components compare.</summary>
internal static class FunctionShape
{
    public static string Of(ComponentFunctionType type) =>
        string.Join(", ", type.Parameters.Select(parameter => WitText.Of(parameter.Type))) + " -> " + WitText.Of(type.Result);
}
