using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>
/// The type index space of a composed component, and its imports: an import is written when something first needs it, so that every
/// import comes after those whose types it uses.
/// </summary>
internal sealed class ComponentTypeSpace(SectionWriter writer, ImportSet imports) : EncodedTypeSpace
{
    private readonly Dictionary<MergedImport, uint?> _written = [];
    private readonly Dictionary<TypeOwner, uint> _named = [];
    private readonly Dictionary<Sort, uint> _counts = [];

    /// <summary>The imports that are merged here.</summary>
    public ImportSet Imports => imports;

    /// <summary>How many items of a sort other than type there are; the next one gets this index.</summary>
    public uint NextIndex(Sort sort)
    {
        var index = _counts.GetValueOrDefault(sort);
        _counts[sort] = index + 1;
        return index;
    }

    /// <summary>Notes a type that an alias or an export appended.</summary>
    public uint AppendType() => Count++;

    /// <summary>The index of an import in the space of its sort.</summary>
    public uint Write(MergedImport import)
    {
        if (_written.TryGetValue(import, out var index))
        {
            return index
                ?? throw new CompositionException(
                    $"the imports of {string.Join(", ", import.WantedBy)} need each other's types in a circle, through {import.Name}");
        }
        _written.Add(import, null);
        byte[] type = import.Type.Sort switch
        {
            Sort.Instance => [0x05, .. SectionWriter.Unsigned(InstanceTypeSpace.Write(import, this))],
            Sort.Function => [0x01, .. SectionWriter.Unsigned(IndexOf((ComponentFunctionType)import.Type.Type))],
            Sort.Type => TypeBound(import),
            _ =>
                throw new CompositionException(
                    $"'{import.Part.Name}' imports a {import.Type.Sort} as {import.Name}; only instances, functions and types can stay imports of a "
                        + $"composition"),
        };
        writer.Add(SectionIds.Import, [0x00, .. SectionWriter.Name(import.Name.Text), .. type]);
        index = import.Type.Sort == Sort.Type ? AppendType() : NextIndex(import.Type.Sort);
        _written[import] = index;
        return index.Value;
    }

    /// <summary>The index of a type where the component sees it.</summary>
    public uint IndexOf(TypeOwner owner)
    {
        if (_named.TryGetValue(owner, out var index))
        {
            return index;
        }
        index = Write(owner.Import);
        if (owner.Export is { } export)
        {
            writer.Add(SectionIds.Alias, [0x03, 0x00, .. SectionWriter.Unsigned(index), .. SectionWriter.Name(export)]);
            index = AppendType();
        }
        _named.Add(owner, index);
        return index;
    }

    /// <summary>Appends a type definition that has been encoded.</summary>
    public uint Append(ReadOnlySpan<byte> definition) => Define(definition);

    /// <inheritdoc/>
    protected override uint Define(ReadOnlySpan<byte> definition)
    {
        writer.Add(SectionIds.Type, definition);
        return Count++;
    }

    /// <inheritdoc/>
    protected override uint? FindNamed(DefinedType type) => imports.TryFindOwner(type, out var owner) ? IndexOf(owner) : null;

    private byte[] TypeBound(MergedImport import)
    {
        if (import.Type.Type is ResourceType resource)
        {
            var owner = new TypeOwner(import, null);
            return imports.TryFindFirstOwner(resource, out var first) && first != owner
                ? [0x03, 0x00, .. SectionWriter.Unsigned(IndexOf(first))]
                : [0x03, 0x01];
        }
        return [0x03, 0x00, .. SectionWriter.Unsigned(DefineAnew((ComponentValueType)import.Type.Type))];
    }
}
