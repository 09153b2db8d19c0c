using Mik.Components.Model;

namespace Mik.Components.Printing;

/// <summary>Which interface of a component gives a type its name. Types are told apart by identity, resources by what they stand for.</summary>
internal sealed class WitTypeNames
{
    private readonly Dictionary<DefinedType, List<WitTypeName>> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ResourceVariable, List<WitTypeName>> _resources = [];
    private readonly List<(WitTypeName Name, ComponentValueType Type)> _values = [];

    public WitTypeNames(Component component)
    {
        foreach (var item in component.Imports.Concat(component.Exports))
        {
            Add("", item);
            foreach (var export in item.Type.Instance?.Exports ?? [])
            {
                Add(item.Name.Text, export);
            }
        }
    }

    /// <summary>The name by which an interface calls a type: its own name for it, else the first that any interface gave it. Null when it has none.</summary>
    public WitTypeName? Find(string interfaceName, DefinedType type)
    {
        var exact = _names.GetValueOrDefault(type);
        var same = type is ResourceType resource ? _resources.GetValueOrDefault(resource.Variable) : null;
        return Of(exact, interfaceName) ?? Of(same, interfaceName) ?? (exact ?? same)?[0];
    }

    /// <summary>The type of another interface that a type comes from, or null when it is that interface's own.</summary>
    public WitTypeName? FindUsed(WitTypeName name, DefinedType type)
    {
        if (type is ResourceType resource)
        {
            var all = _resources.GetValueOrDefault(resource.Variable, [name]);
            var owner = all[0].Interface;
            return IsElsewhere(all[0], name) ? all.Find(other => other.Interface == owner && other.Type == name.Type) ?? all[0] : null;
        }

        var first = _values.Find(value => value.Name.Type == name.Type && value.Type.Equals(type)).Name;
        return first is not null && IsElsewhere(first, name) ? first : null;
    }

    /// <summary>The name that an interface gave a type before this one, or null when this is the first.</summary>
    public WitTypeName? FindAliased(WitTypeName name, DefinedType type)
    {
        var all = type is ResourceType resource ? _resources.GetValueOrDefault(resource.Variable) : _names.GetValueOrDefault(type);
        return Of(all, name.Interface) is { } first && first.Type != name.Type ? first : null;
    }

    private static WitTypeName? Of(List<WitTypeName>? names, string interfaceName) => names?.Find(name => name.Interface == interfaceName);

    /// <summary>Whether a type is of another interface; another version of the same one has its own.</summary>
    private static bool IsElsewhere(WitTypeName first, WitTypeName name) =>
        first.Interface.Length > 0 && !string.Equals(first.Interface.Split('@')[0], name.Interface.Split('@')[0], StringComparison.Ordinal);

    private static void Add<TKey>(Dictionary<TKey, List<WitTypeName>> names, TKey key, WitTypeName name)
        where TKey : notnull
    {
        if (!names.TryGetValue(key, out var all))
        {
            names.Add(key, all = []);
        }

        all.Add(name);
    }

    private void Add(string interfaceName, ComponentExtern item)
    {
        if (item.Type.Sort != Sort.Type || item.Type.Type is PrimitiveType)
        {
            return;
        }

        var name = new WitTypeName(interfaceName, item.Name.Text);
        Add(_names, item.Type.Type, name);
        if (item.Type.Type is ResourceType resource)
        {
            Add(_resources, resource.Variable, name);
        }
        else if (item.Type.Type is RecordType or VariantType or EnumType or FlagsType)
        {
            _values.Add((name, (ComponentValueType)item.Type.Type));
        }
    }
}

/// <summary>A type's name and the interface that it is in; "" is the world itself.</summary>
internal sealed record WitTypeName(string Interface, string Type);
