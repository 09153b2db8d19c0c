namespace Mik.Components.Model;

/// <summary>Size and alignment of a type in linear memory, in bytes.</summary>
/// <param name="Size">The size, padding at the end included; saturates just above <see cref="Layout.MaximumElementSize"/>.</param>
/// <param name="Alignment">The alignment, a power of two.</param>
internal readonly record struct Extent(long Size, int Alignment)
{
    /// <summary>The extent of an array of that many.</summary>
    public Extent Times(uint count) => new(Layout.Saturate(Size * count), Alignment);
}

/// <summary>
/// Alignment, size and offsets of value types in linear memory (CanonicalABI.md, "Alignment", "Element Size").
/// </summary>
/// <param name="PointerSize">4, or 8 for 64-bit memories.</param>
internal readonly record struct Layout(int PointerSize)
{
    /// <summary>No valid type is larger (Binary.md, notes on "defvaltype"), which keeps every offset an <see cref="int"/>.</summary>
    public const long MaximumElementSize = (1L << 28) - 1;

    /// <summary>Layout in 32-bit memories.</summary>
    public static Layout Memory32 => new(4);

    /// <summary>Layout in 64-bit memories.</summary>
    public static Layout Memory64 => new(8);

    /// <summary>Size and alignment of a type.</summary>
    public Extent ExtentOf(ComponentValueType type) => PointerSize == 8 ? type.Facts.Extent64 : type.Facts.Extent32;

    /// <summary>The alignment in bytes.</summary>
    public int Alignment(ComponentValueType type) => ExtentOf(type).Alignment;

    /// <summary>The size in bytes, padding at the end included.</summary>
    public int ElementSize(ComponentValueType type) => (int)ExtentOf(type).Size;

    /// <summary>Where the fields of a record or tuple are.</summary>
    public int[] FieldOffsets(ComponentValueType type)
    {
        var offsets = new int[Despecialization.FieldCount(type)];
        var sum = new ExtentSum();
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = (int)sum.Add(ExtentOf(Despecialization.FieldType(type, i)));
        }
        return offsets;
    }

    /// <summary>Where the fields of a record of these types are; for parameters that are passed in memory.</summary>
    public int[] FieldOffsets(ReadOnlySpan<ComponentValueType> fields)
    {
        var offsets = new int[fields.Length];
        var sum = new ExtentSum();
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = (int)sum.Add(ExtentOf(fields[i]));
        }
        return offsets;
    }

    /// <summary>The extent of a record of these types.</summary>
    public Extent ExtentOfFields(ReadOnlySpan<ComponentValueType> fields)
    {
        var sum = new ExtentSum();
        foreach (var field in fields)
        {
            sum.Add(ExtentOf(field));
        }
        return sum.Sequence;
    }

    /// <summary>Where the payload of a variant, enum, option or result is, whatever the case.</summary>
    public int PayloadOffset(ComponentValueType type)
    {
        var count = Despecialization.CaseCount(type);
        var alignment = 1;
        for (var i = 0; i < count; i++)
        {
            if (Despecialization.CasePayload(type, i) is { } payload)
            {
                alignment = Math.Max(alignment, Alignment(payload));
            }
        }
        return (int)AlignTo(DiscriminantSize(count), alignment);
    }

    /// <summary>The extent of a type that has no parts in place: numbers, handles, and the pointer and length of strings and lists.</summary>
    public Extent OfLeaf(ComponentTypeKind kind) => kind switch
    {
        ComponentTypeKind.Bool or ComponentTypeKind.S8 or ComponentTypeKind.U8 => new(1, 1),
        ComponentTypeKind.S16 or ComponentTypeKind.U16 => new(2, 2),
        ComponentTypeKind.S64 or ComponentTypeKind.U64 or ComponentTypeKind.F64 => new(8, 8),
        ComponentTypeKind.String or ComponentTypeKind.List => new(2 * PointerSize, PointerSize),
        _ => new(4, 4),
    };

    /// <summary>The extent of flags: 1, 2 or 4 bytes.</summary>
    public static Extent OfFlags(int labelCount) => labelCount switch
    {
        <= 8 => new(1, 1),
        <= 16 => new(2, 2),
        _ => new(4, 4),
    };

    /// <summary>The size of the number that tells a variant's case: 1, 2 or 4 bytes.</summary>
    public static int DiscriminantSize(int caseCount) => caseCount switch
    {
        <= 0x100 => 1,
        <= 0x10000 => 2,
        _ => 4,
    };

    /// <summary>The next multiple of <paramref name="alignment"/>.</summary>
    public static long AlignTo(long offset, int alignment) => (offset + alignment - 1) & -alignment;

    /// <summary>Keeps sums of hostile sizes from overflowing; any size above the maximum is as good as another.</summary>
    public static long Saturate(long size) => Math.Min(size, MaximumElementSize + 1);
}

/// <summary>Adds up extents: as a sequence (record, tuple) and as alternatives (variant) at once.</summary>
internal struct ExtentSum()
{
    private long _end;
    private long _largest;
    private int _alignment = 1;

    /// <summary>The parts behind each other.</summary>
    public readonly Extent Sequence => new(Layout.Saturate(Layout.AlignTo(_end, _alignment)), _alignment);

    /// <summary>Adds a part; its offset in the sequence.</summary>
    public long Add(Extent part)
    {
        var offset = Layout.AlignTo(_end, part.Alignment);
        _end = Layout.Saturate(offset + part.Size);
        _largest = Math.Max(_largest, part.Size);
        _alignment = Math.Max(_alignment, part.Alignment);
        return offset;
    }

    /// <summary>The parts as payloads of a variant.</summary>
    public readonly Extent Union(int caseCount)
    {
        var discriminant = Layout.DiscriminantSize(caseCount);
        var alignment = Math.Max(discriminant, _alignment);
        return new(Layout.Saturate(Layout.AlignTo(Layout.AlignTo(discriminant, _alignment) + _largest, alignment)), alignment);
    }
}
