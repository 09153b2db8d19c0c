using System.Reflection;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Instantiation;

namespace Mik.Components.Linking;

/// <summary>
/// What the host offers to components. Filled once, then used by any number of <see cref="CompiledComponent"/>s; not to be
/// changed while one is being made.
/// </summary>
public sealed class Linker
{
    private readonly Dictionary<string, List<HostInterface>> _interfaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Function), DynamicHostFunction> _functions = [];

    /// <summary>
    /// Offers the functions of a <see cref="WitInterfaceAttribute"/> class or the functions of a
    /// <see cref="WitResourceAttribute"/> class. Methods may be internal when their assembly names <c>mik.guest</c> as a friend.
    /// </summary>
    /// <param name="type">The class.</param>
    /// <param name="track">The versions of the interface that it implements, such as <c>0.2</c>; null for any.</param>
    public Linker AddInterface(Type type, string? track = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type.GetCustomAttribute<WitInterfaceAttribute>() is { } attribute)
        {
            InterfaceOf(attribute.Name, track).Add(type);
        }
        else if (type.GetCustomAttribute<WitResourceAttribute>() is { } resource)
        {
            InterfaceOf(resource.InterfaceName, track).AddResource(resource.Name, type);
        }
        else
        {
            throw new ArgumentException($"{type.Name} has neither [WitInterface] nor [WitResource]", nameof(type));
        }
        return this;
    }

    /// <summary>The imports of a component that cannot be satisfied by what is offered, each once.</summary>
    public IReadOnlyList<LinkProblem> FindProblems(Component component)
    {
        try
        {
            _ = ImportMatcher.Match(component, this);
            return [];
        }
        catch (ComponentLinkException exception)
        {
            return exception.Problems;
        }
    }

    /// <summary>Offers a function through dynamic values, as a plain import or (name <c>instance#function</c>) in an instance.</summary>
    /// <param name="importName">The import's name.</param>
    /// <param name="function">What it does; it is given the values that the component's import type says.</param>
    public Linker Define(string importName, DynamicHostFunction function)
    {
        ArgumentNullException.ThrowIfNull(importName);
        ArgumentNullException.ThrowIfNull(function);
        var hash = importName.IndexOf('#', StringComparison.Ordinal);
        _functions[hash < 0 ? ("", importName) : (importName[..hash], importName[(hash + 1)..])] = function;
        return this;
    }

    /// <summary>Offers another instance's exports as an instance.</summary>
    public Linker Define(string importName, ComponentInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        _items[importName] = instance.Exports;
        return this;
    }

    /// <summary>Offers a function of another instance.</summary>
    public Linker Define(string importName, ComponentFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _items[importName] = function.Linked;
        return this;
    }

    /// <summary>Offers a component that the importing one may instantiate.</summary>
    public Linker Define(string importName, Component component)
    {
        ArgumentNullException.ThrowIfNull(component);
        _items[importName] = new ComponentItem(component, null);
        return this;
    }

    /// <summary>Offers a core module.</summary>
    public Linker Define(string importName, CompiledModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        _items[importName] = module;
        return this;
    }

    /// <summary>Items made by the host, for tests.</summary>
    internal Linker Define(string importName, InstanceItems items)
    {
        _items[importName] = items;
        return this;
    }

    /// <summary>The defined item that an import's name stands for, or null.</summary>
    internal object? FindItem(ExternName name)
    {
        if (_items.TryGetValue(name.Text, out var item) || name.Interface is not { } wanted)
        {
            return item;
        }
        foreach (var (key, value) in _items)
        {
            if (InterfaceName.TryParse(key, out var offered) && offered.Key == wanted.Key)
            {
                return value;
            }
        }
        return null;
    }

    /// <summary>The host's interface that an import's name stands for, or null with a reason.</summary>
    internal HostInterface? FindInterface(ExternName name, out string reason)
    {
        var path = name.Interface?.Path ?? name.Text;
        if (!_interfaces.TryGetValue(path, out var found))
        {
            var package = path.Split('/')[0] + "/";
            var related = _interfaces.Values.SelectMany(all => all).Where(offered => offered.Name.StartsWith(package, StringComparison.Ordinal))
                .Select(offered => offered.ToString()).Order(StringComparer.Ordinal).ToArray();
            reason = related.Length == 0
                ? "the host has no such interface"
                : $"the host has no such interface (of this package it has {string.Join(", ", related)})";
            return null;
        }
        var track = name.Interface?.Track;
        var fitting = track is null ? found[0] : found.Find(offered => offered.Track is null || offered.Track == track);
        reason = fitting is not null ? ""
            : track!.Contains('-', StringComparison.Ordinal)
            ? $"{track} is a draft of this interface that the host does not have: build it again for the release"
            : $"the host has version {string.Join(" and ", found.Where(IsRelease).Select(offered => offered.Track + ".x"))} of this interface";
        return fitting;
    }

    private static bool IsRelease(HostInterface offered) => !offered.Track!.Contains('-', StringComparison.Ordinal);

    /// <summary>The dynamic function, or null.</summary>
    internal DynamicHostFunction? FindFunction(string instance, string name) => _functions.GetValueOrDefault((instance, name));

    /// <summary>Whether dynamic functions were defined for an instance.</summary>
    internal bool HasFunctions(string instance) => _functions.Keys.Any(key => key.Name == instance);

    private HostInterface InterfaceOf(string name, string? track)
    {
        if (!_interfaces.TryGetValue(name, out var versions))
        {
            _interfaces[name] = versions = [];
        }
        var found = versions.Find(version => version.Track == track);
        if (found is null)
        {
            versions.Add(found = new HostInterface(name, track));
        }
        return found;
    }
}
