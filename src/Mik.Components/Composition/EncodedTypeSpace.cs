using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>A type index space that is being written: defines each type when it is first needed and gives its index.</summary>
internal abstract class EncodedTypeSpace
{
    private const int FirstPrimitive = 0x7F;

    private readonly Dictionary<DefinedType, uint> _indices = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many types the space has.</summary>
    protected uint Count { get; set; }

    /// <summary>Lets a type stand for an index that exists.</summary>
    public void Know(DefinedType type, uint index)
    {
        if (type is not PrimitiveType)
        {
            _indices[type] = index;
        }
    }

    /// <summary>The index of a function type.</summary>
    public uint IndexOf(ComponentFunctionType type) => Define(
    [
        type.IsAsync ? (byte)0x43 : (byte)0x40,
        .. Vector(type.Parameters, parameter => [.. SectionWriter.Name(parameter.Name), .. Reference(parameter.Type)]),
        .. type.Result is { } result ? (byte[])[0x00, .. Reference(result)] : [0x01, 0x00],
    ]);

    /// <summary>The index of a resource type.</summary>
    public uint IndexOf(ResourceType type)
    {
        if (!_indices.TryGetValue(type, out var index))
        {
            index = FindNamed(type) ?? throw new CompositionException(
                $"the resource {type.Variable} is used by an import and comes out of another import that a plug would satisfy; plug in one that "
                    + $"satisfies both");
            _indices.Add(type, index);
        }
        return index;
    }

    /// <summary>The index of a value type, whatever it is.</summary>
    public uint IndexOf(ComponentValueType type)
    {
        if (_indices.TryGetValue(type, out var index))
        {
            return index;
        }
        index = (type is PrimitiveType ? null : FindNamed(type)) ?? Define(Structure(type));
        Know(type, index);
        return index;
    }

    /// <summary>Defines a value type anew, even when it has a name somewhere.</summary>
    public uint DefineAnew(ComponentValueType type) => Define(Structure(type));

    /// <summary>Appends a type definition.</summary>
    protected abstract uint Define(ReadOnlySpan<byte> definition);

    /// <summary>The index of a type that has a name, or null when it has none.</summary>
    protected abstract uint? FindNamed(DefinedType type);

    /// <summary>A count and that many items.</summary>
    protected static byte[] Vector<T>(IReadOnlyCollection<T> items, Func<T, byte[]> encode) =>
        [.. SectionWriter.Unsigned((uint)items.Count), .. items.SelectMany(encode)];

    private byte[] Reference(ComponentValueType type) =>
        type is PrimitiveType ? [Primitive(type)] : SectionWriter.Signed(IndexOf(type));

    private byte[] Optional(ComponentValueType? type) => type is null ? [0x00] : [0x01, .. Reference(type)];

    private byte[] Structure(ComponentValueType type) => type switch
    {
        RecordType record => [0x72, .. Vector(record.Fields, field => [.. SectionWriter.Name(field.Name), .. Reference(field.Type)])],
        VariantType variant => [0x71, .. Vector(variant.Cases, item => [.. SectionWriter.Name(item.Name), .. Optional(item.Type), 0x00])],
        StreamType stream => [0x66, .. Optional(stream.Element)],
        FutureType future => [0x65, .. Optional(future.Element)],
        ListType list => [0x70, .. Reference(list.Element)],
        TupleType tuple => [0x6F, .. Vector(tuple.Elements, Reference)],
        FlagsType flags => [0x6E, .. Vector(flags.Labels, SectionWriter.Name)],
        EnumType labels => [0x6D, .. Vector(labels.Labels, SectionWriter.Name)],
        OptionType option => [0x6B, .. Reference(option.Element)],
        ResultType result => [0x6A, .. Optional(result.Ok), .. Optional(result.Error)],
        OwnType own => [0x69, .. SectionWriter.Unsigned(IndexOf(own.Type))],
        BorrowType borrow => [0x68, .. SectionWriter.Unsigned(IndexOf(borrow.Type))],
        _ => [Primitive(type)],
    };

    // The kinds stand in the order of their encodings.
    private static byte Primitive(ComponentValueType type) => (byte)(FirstPrimitive - (int)type.Kind);
}
