using System.Buffers;
using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>The type index space inside an instance type: types of its own exports by their names, types of other imports by outer aliases.</summary>
internal sealed class InstanceTypeSpace : EncodedTypeSpace
{
    private readonly MergedImport _import;
    private readonly ComponentTypeSpace _component;
    private readonly Dictionary<string, uint> _exports = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, uint> _outer = [];
    private readonly ArrayBufferWriter<byte> _declarations = new();
    private uint _count;

    private InstanceTypeSpace(MergedImport import, ComponentTypeSpace component)
    {
        _import = import;
        _component = component;
    }

    /// <summary>Writes the type of an imported instance; its index in the component's space.</summary>
    public static uint Write(MergedImport import, ComponentTypeSpace component)
    {
        var space = new InstanceTypeSpace(import, component);
        foreach (var (name, type) in import.Exports)
        {
            space.Export(name, type);
        }
        return component.Append([0x42, .. SectionWriter.Unsigned(space._count), .. space._declarations.WrittenSpan]);
    }

    /// <inheritdoc/>
    protected override uint Define(ReadOnlySpan<byte> definition)
    {
        Declare([0x01, .. definition]);
        return Count++;
    }

    /// <inheritdoc/>
    protected override uint? FindNamed(DefinedType type)
    {
        if (!_component.Imports.TryFindOwner(type, out var owner))
        {
            return null;
        }
        return owner.Import != _import
            ? Outer(owner)
            : _exports.TryGetValue(owner.Export!, out var index)
                ? index
                : throw new CompositionException($"{_import.Name} uses its type `{owner.Export}` before it exports it");
    }

    private void Export(string name, ExternType type)
    {
        switch (type.Sort)
        {
            case Sort.Function:
                Declare([0x04, 0x00, .. SectionWriter.Name(name), 0x01, .. SectionWriter.Unsigned(IndexOf((ComponentFunctionType)type.Type))]);
                break;
            case Sort.Type:
                Declare([0x04, 0x00, .. SectionWriter.Name(name), 0x03, .. Bound(name, type.Type)]);
                _exports[name] = Count++;
                break;
            default:
                throw new CompositionException(
                    $"{_import.Name} of '{_import.Part.Name}' exports `{name}`, a {type.Sort}; only functions and types can be in an interface");
        }
    }

    private byte[] Bound(string name, DefinedType type)
    {
        if (type is ResourceType resource)
        {
            var isOwn = !_component.Imports.TryFindFirstOwner(resource, out var owner) || owner == new TypeOwner(_import, name);
            return isOwn ? [0x01] : [0x00, .. SectionWriter.Unsigned(owner!.Import == _import ? _exports[owner.Export!] : Outer(owner))];
        }
        var value = (ComponentValueType)type;
        var used = IsNamed(value) ? _component.Imports.FindUsed(_import, name, value) : null;
        return [0x00, .. SectionWriter.Unsigned(used is null ? DefineAnew(value) : Outer(used))];
    }

    private static bool IsNamed(ComponentValueType type) =>
        type.Kind is ComponentTypeKind.Record or ComponentTypeKind.Variant or ComponentTypeKind.Enum or ComponentTypeKind.Flags;

    private uint Outer(TypeOwner owner)
    {
        var outer = _component.IndexOf(owner);
        if (!_outer.TryGetValue(outer, out var index))
        {
            Declare([0x02, 0x03, 0x02, 0x01, .. SectionWriter.Unsigned(outer)]);
            index = Count++;
            _outer.Add(outer, index);
        }
        return index;
    }

    private void Declare(ReadOnlySpan<byte> declaration)
    {
        _declarations.Write(declaration);
        _count++;
    }
}
