using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Mik.Components.Model;

/// <summary>The sorts of definitions, one index space each; values below 0x100 are the binary encodings, core sorts have 0x100 added.</summary>
public enum Sort
{
    /// <summary>A component function.</summary>
    Function = 1,
    /// <summary>A value; not supported.</summary>
    Value = 2,
    /// <summary>A type.</summary>
    Type = 3,
    /// <summary>A component.</summary>
    Component = 4,
    /// <summary>A component instance.</summary>
    Instance = 5,
    /// <summary>A core function.</summary>
    CoreFunction = 0x100,
    /// <summary>A core table.</summary>
    CoreTable = 0x101,
    /// <summary>A core memory.</summary>
    CoreMemory = 0x102,
    /// <summary>A core global.</summary>
    CoreGlobal = 0x103,
    /// <summary>A core tag.</summary>
    CoreTag = 0x104,
    /// <summary>A core type.</summary>
    CoreType = 0x110,
    /// <summary>A core module.</summary>
    CoreModule = 0x111,
    /// <summary>A core module instance.</summary>
    CoreInstance = 0x112,
}

/// <summary>The type of an import or export of a component (Binary.md, "externtype").</summary>
/// <param name="Sort"><see cref="Sort.CoreModule"/>, <see cref="Sort.Function"/>, <see cref="Sort.Type"/>, <see cref="Sort.Component"/> or
/// <see cref="Sort.Instance"/>.</param>
/// <param name="Type">
/// A <see cref="CoreModuleType"/>, <see cref="ComponentFunctionType"/>, <see cref="ComponentType"/> or <see cref="InstanceType"/>.
/// For the sort type: what the type equals; a <see cref="ResourceType"/> whose variable is introduced here is what the text
/// format writes as <c>(type (sub resource))</c>.
/// </param>
public sealed record ExternType(Sort Sort, DefinedType Type)
{
    /// <summary>The function type; null for other sorts.</summary>
    public ComponentFunctionType? Function => Sort == Sort.Function ? (ComponentFunctionType)Type : null;

    /// <summary>The instance type; null for other sorts.</summary>
    public InstanceType? Instance => Sort == Sort.Instance ? (InstanceType)Type : null;
}

/// <summary>A named import or export.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
public sealed record ComponentExtern(ExternName Name, ExternType Type);

/// <summary>Imports or exports in order, found by their exact names.</summary>
public sealed class ExternList : IReadOnlyList<ComponentExtern>
{
    private readonly List<ComponentExtern> _items = [];
    private readonly Dictionary<string, ComponentExtern> _byName = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ComponentExtern this[int index] => _items[index];

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <summary>Finds an item by its exact name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out ExternType? type)
    {
        var found = _byName.TryGetValue(name, out var item);
        type = item?.Type;
        return found;
    }

    /// <summary>Goes through the items in order.</summary>
    public List<ComponentExtern>.Enumerator GetEnumerator() => _items.GetEnumerator();

    IEnumerator<ComponentExtern> IEnumerable<ComponentExtern>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Appends an item; false when the name is taken.</summary>
    internal bool TryAdd(ComponentExtern item)
    {
        if (!_byName.TryAdd(item.Name.Text, item))
        {
            return false;
        }
        _items.Add(item);
        return true;
    }
}
