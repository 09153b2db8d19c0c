using Mik.Components.Model;

namespace Mik.Components.Runtime;

/// <summary>
/// What goes through a stream or future, with the resources that one instance puts in. Those without resources are one object for all instances of a compiled
/// component; others are compared once, and then known.
/// </summary>
/// <param name="type">The type, or null.</param>
/// <param name="scope">The instance whose resources are meant; null when there are none.</param>
internal sealed class ElementType(ComponentValueType? type, InstanceScope? scope)
{
    private ElementType? _same;

    /// <summary>The type, or null when nothing goes through.</summary>
    public ComponentValueType? Type => type;

    /// <summary>Size and alignment in memory.</summary>
    public Extent Extent { get; } = type is null ? new Extent(0, 1) : Layout.Memory32.ExtentOf(type);

    /// <summary>Whether its values are copied as bytes.</summary>
    public bool IsCopied { get; } = type is PrimitiveType { Kind: >= ComponentTypeKind.S8 and <= ComponentTypeKind.U64 };

    /// <summary>Whether it is nothing or a number, which both ends in one instance may have.</summary>
    public bool IsNothingOrNumber { get; } =
        type is null or PrimitiveType { Kind: >= ComponentTypeKind.S8 and <= ComponentTypeKind.F64 };

    /// <summary>Whether it is <c>u8</c>.</summary>
    public bool IsByte => type is PrimitiveType { Kind: ComponentTypeKind.U8 };

    /// <summary>The code that was last used to take values out of memory, for which C# type; null before.</summary>
    public ElementCode? Loader { get; set; }

    /// <summary>The code that was last used to put values into memory.</summary>
    public ElementCode? Storer { get; set; }

    /// <summary>Whether it is this very type in an instance.</summary>
    public bool Is(ComponentValueType? other, InstanceScope where) => ReferenceEquals(type, other) && (scope is null || scope == where);

    /// <summary>Whether the other is the same type.</summary>
    public bool Matches(ElementType other)
    {
        if (this == other || _same == other)
        {
            return true;
        }
        if (!Same(type, scope, other.Type, other.Scope))
        {
            return false;
        }
        _same = other;
        return true;
    }

    private InstanceScope? Scope => scope;

    private static bool Same(ComponentValueType? left, InstanceScope? leftScope, ComponentValueType? right, InstanceScope? rightScope)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }
        if (left.Kind != right.Kind)
        {
            return false;
        }
        if (((left.Facts.Contains | right.Facts.Contains) & TypeContents.Resource) == TypeContents.None)
        {
            return left.Equals(right);
        }
        return (left, right) switch
        {
            (OwnType a, OwnType b) => Same(a.Resource, leftScope, b.Resource, rightScope),
            (BorrowType a, BorrowType b) => Same(a.Resource, leftScope, b.Resource, rightScope),
            (ListType a, ListType b) => a.FixedLength == b.FixedLength && Same(a.Element, leftScope, b.Element, rightScope),
            (AsyncValueType a, AsyncValueType b) => Same(a.Element, leftScope, b.Element, rightScope),
            (RecordType a, RecordType b) => a.Fields.Select(field => field.Name).SequenceEqual(b.Fields.Select(field => field.Name))
                && a.Fields.Zip(b.Fields).All(pair => Same(pair.First.Type, leftScope, pair.Second.Type, rightScope)),
            (TupleType a, TupleType b) => a.Elements.Count == b.Elements.Count
                && a.Elements.Zip(b.Elements).All(pair => Same(pair.First, leftScope, pair.Second, rightScope)),
            (VariantType a, VariantType b) => a.Cases.Select(item => item.Name).SequenceEqual(b.Cases.Select(item => item.Name))
                && a.Cases.Zip(b.Cases).All(pair => Same(pair.First.Type, leftScope, pair.Second.Type, rightScope)),
            (OptionType a, OptionType b) => Same(a.Element, leftScope, b.Element, rightScope),
            (ResultType a, ResultType b) => Same(a.Ok, leftScope, b.Ok, rightScope) && Same(a.Error, leftScope, b.Error, rightScope),
            _ => false,
        };
    }

    private static bool Same(ResourceVariable left, InstanceScope? leftScope, ResourceVariable right, InstanceScope? rightScope) =>
        leftScope!.ResourceAt(left.Slot) == rightScope!.ResourceAt(right.Slot);
}

/// <summary>Code that lifts or lowers one value.</summary>
/// <param name="Clr">The C# type that it is of; null is the shape of calls between guests.</param>
/// <param name="Address">Where the code is.</param>
internal sealed record ElementCode(Type? Clr, nint Address);
