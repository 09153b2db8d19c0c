using System.Diagnostics.CodeAnalysis;
using Mik.Components.Model;

namespace Mik.Components.Printing;

/// <summary>Which interface of a component gives a type its name. Types are told apart by identity, resources by what they stand for.</summary>
internal sealed class WitTypeNames
{
    private readonly Dictionary<DefinedType, WitTypeName> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ResourceVariable, WitTypeName> _resources = [];
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

    /// <summary>The name under which an interface exports a type.</summary>
    public bool TryFind(DefinedType type, [NotNullWhen(true)] out WitTypeName? name) => _names.TryGetValue(type, out name);

    /// <summary>The interface that a type of another one comes from, or null when it is that interface's own.</summary>
    public WitTypeName? FindUsed(WitTypeName name, DefinedType type)
    {
        var first = type is ResourceType resource
            ? _resources.GetValueOrDefault(resource.Variable)
            : _values.FirstOrDefault(value => value.Name.Type == name.Type && value.Type.Equals(type)).Name;
        return first is null || first.Interface == name.Interface ? null : first;
    }

    private void Add(string interfaceName, ComponentExtern item)
    {
        if (item.Type.Sort != Sort.Type || item.Type.Type is PrimitiveType)
        {
            return;
        }
        var name = new WitTypeName(interfaceName, item.Name.Text);
        _names.TryAdd(item.Type.Type, name);
        if (item.Type.Type is ResourceType resource)
        {
            _resources.TryAdd(resource.Variable, name);
        }
        else if (item.Type.Type is RecordType or VariantType or EnumType or FlagsType)
        {
            _values.Add((name, (ComponentValueType)item.Type.Type));
        }
    }
}

/// <summary>A type's name and the interface that it is in; "" is the world itself.</summary>
internal sealed record WitTypeName(string Interface, string Type);
