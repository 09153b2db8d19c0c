using System.Reflection;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.Linking;

/// <summary>A WIT interface that C# classes implement. Methods are found by name when a component imports them.</summary>
internal sealed class HostInterface(string name, string? track)
{
    private const BindingFlags AnyMethod = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private readonly List<Type> _classes = [];
    private readonly Dictionary<string, RuntimeResource> _resources = new(StringComparer.Ordinal);

    /// <summary>Package and interface.</summary>
    public string Name { get; } = name;

    /// <summary>The versions that it is, or null for any.</summary>
    public string? Track { get; } = track;

    public override string ToString() => Track is null ? Name : $"{Name}@{Track}.x";

    public void Add(Type type) => _classes.Add(type);

    public void AddResource(string resource, Type type) => _resources[resource] = new RuntimeResource(resource, type);

    /// <summary>The resource type with a name, or null.</summary>
    public RuntimeResource? FindResource(string resource) => _resources.GetValueOrDefault(resource);

    /// <summary>The method that stands for a function, or null with the name that was looked for.</summary>
    public HostMethod? FindMethod(ExternName function, out string lookedFor)
    {
        switch (function.Kind)
        {
            case ExternNameKind.Constructor:
                return FindIn(function, "create", BindingFlags.Static, out lookedFor);
            case ExternNameKind.Method:
                return FindIn(function, function.Label, BindingFlags.Instance, out lookedFor);
            case ExternNameKind.Static:
                return FindIn(function, function.Label, BindingFlags.Static, out lookedFor);
            default:
                lookedFor = string.Join(" or ", _classes.Select(type => $"{type.Name}.{WitNames.ToPascal(function.Label)}"));
                return _classes.Select(type => Find(type, function.Text, function.Label, BindingFlags.Static)).FirstOrDefault(method => method is not null);
        }
    }

    private HostMethod? FindIn(ExternName function, string label, BindingFlags kind, out string lookedFor)
    {
        if (!_resources.TryGetValue(function.Resource, out var resource))
        {
            lookedFor = $"a class for resource {function.Resource}";
            return null;
        }
        var type = resource.HostClass!;
        lookedFor = $"{type.Name}.{WitNames.ToPascal(label)}";
        return Find(type, function.Text, label, kind);
    }

    private static HostMethod? Find(Type type, string name, string label, BindingFlags kind)
    {
        MethodInfo? found = null;
        foreach (var method in type.GetMethods(AnyMethod | kind))
        {
            if (method.GetCustomAttribute<WitFunctionAttribute>() is { } attribute)
            {
                if (attribute.Name == name)
                {
                    return new HostMethod(method);
                }
            }
            else if (WitNames.Match(label, method.Name) && !method.IsPrivate)
            {
                found = method;
            }
        }
        return found is null ? null : new HostMethod(found);
    }
}
