namespace Mik.Components.Model;

/// <summary>The value types of the Component Model after despecialization is undone: what WIT can say (Binary.md, "defvaltype").</summary>
public enum ComponentTypeKind
{
    /// <summary><c>bool</c>.</summary>
    Bool,
    /// <summary><c>s8</c>.</summary>
    S8,
    /// <summary><c>u8</c>.</summary>
    U8,
    /// <summary><c>s16</c>.</summary>
    S16,
    /// <summary><c>u16</c>.</summary>
    U16,
    /// <summary><c>s32</c>.</summary>
    S32,
    /// <summary><c>u32</c>.</summary>
    U32,
    /// <summary><c>s64</c>.</summary>
    S64,
    /// <summary><c>u64</c>.</summary>
    U64,
    /// <summary><c>f32</c>.</summary>
    F32,
    /// <summary><c>f64</c>.</summary>
    F64,
    /// <summary><c>char</c>.</summary>
    Char,
    /// <summary><c>string</c>.</summary>
    String,
    /// <summary><c>record</c>.</summary>
    Record,
    /// <summary><c>variant</c>.</summary>
    Variant,
    /// <summary><c>list</c>.</summary>
    List,
    /// <summary><c>tuple</c>.</summary>
    Tuple,
    /// <summary><c>flags</c>.</summary>
    Flags,
    /// <summary><c>enum</c>.</summary>
    Enum,
    /// <summary><c>option</c>.</summary>
    Option,
    /// <summary><c>result</c>.</summary>
    Result,
    /// <summary><c>own</c>.</summary>
    Own,
    /// <summary><c>borrow</c>.</summary>
    Borrow,
    /// <summary><c>stream</c>.</summary>
    Stream,
    /// <summary><c>future</c>.</summary>
    Future,
}

/// <summary>
/// A value type; compared by structure (resources by identity). Two equal types that different <c>type</c>, <c>import</c>
/// or <c>export</c> definitions introduced are distinct objects: validation asks which of them has a name outside.
/// </summary>
public abstract record ComponentValueType : DefinedType
{
    private protected ComponentValueType(ComponentTypeKind kind, TypeFacts facts)
    {
        Kind = kind;
        Facts = facts;
    }

    /// <summary>What the type is.</summary>
    public ComponentTypeKind Kind { get; }

    /// <summary>Size, contents and hash, gathered once from the parts.</summary>
    internal TypeFacts Facts { get; }

    internal override TypeMeasure Measure => new(Facts.Nodes, Facts.Depth);

    /// <summary>Compares kind and hash; the derived records go on with the parts.</summary>
    public virtual bool Equals(ComponentValueType? other) =>
        other is not null && Kind == other.Kind && Facts.Hash == other.Facts.Hash;

    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A type without parts: numbers, <c>bool</c>, <c>char</c>, <c>string</c>.</summary>
public sealed record PrimitiveType : ComponentValueType
{
    /// <summary>Makes the primitive type of that kind.</summary>
    public PrimitiveType(ComponentTypeKind kind) : base(kind, TypeFacts.OfPrimitive(kind))
    {
    }

    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A named field of a record, or a named parameter of a function.</summary>
public sealed record RecordField(string Name, ComponentValueType Type);

/// <summary>A <c>record</c>.</summary>
public sealed record RecordType(TypeList<RecordField> Fields)
    : ComponentValueType(ComponentTypeKind.Record, TypeFacts.OfRecord(Fields))
{
    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A case of a variant; no type means no payload.</summary>
public sealed record VariantCase(string Name, ComponentValueType? Type);

/// <summary>A <c>variant</c>.</summary>
public sealed record VariantType(TypeList<VariantCase> Cases)
    : ComponentValueType(ComponentTypeKind.Variant, TypeFacts.OfVariant(Cases))
{
    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A <c>list</c>.</summary>
/// <param name="Element">The type of the elements.</param>
/// <param name="FixedLength">The length of a fixed-length list, else null.</param>
public sealed record ListType(ComponentValueType Element, uint? FixedLength = null)
    : ComponentValueType(ComponentTypeKind.List, TypeFacts.OfList(Element, FixedLength))
{
    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A <c>tuple</c>.</summary>
public sealed record TupleType(TypeList<ComponentValueType> Elements)
    : ComponentValueType(ComponentTypeKind.Tuple, TypeFacts.OfTuple(Elements))
{
    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A <c>flags</c> type of 1 to 32 labels.</summary>
public sealed record FlagsType(TypeList<string> Labels)
    : ComponentValueType(ComponentTypeKind.Flags, TypeFacts.OfFlags(Labels))
{
    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>An <c>enum</c>.</summary>
public sealed record EnumType(TypeList<string> Labels)
    : ComponentValueType(ComponentTypeKind.Enum, TypeFacts.OfEnum(Labels))
{
    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>An <c>option</c>.</summary>
public sealed record OptionType(ComponentValueType Element)
    : ComponentValueType(ComponentTypeKind.Option, TypeFacts.OfOption(Element))
{
    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A <c>result</c>; either side may be absent.</summary>
public sealed record ResultType(ComponentValueType? Ok, ComponentValueType? Error)
    : ComponentValueType(ComponentTypeKind.Result, TypeFacts.OfResult(Ok, Error))
{
    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>An owning handle.</summary>
public sealed record OwnType(ResourceType Type)
    : ComponentValueType(ComponentTypeKind.Own, TypeFacts.OfHandle(ComponentTypeKind.Own, Type))
{
    /// <summary>The resource.</summary>
    public ResourceVariable Resource => Type.Variable;

    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A borrowed handle.</summary>
public sealed record BorrowType(ResourceType Type)
    : ComponentValueType(ComponentTypeKind.Borrow, TypeFacts.OfHandle(ComponentTypeKind.Borrow, Type))
{
    /// <summary>The resource.</summary>
    public ResourceVariable Resource => Type.Variable;

    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A <c>stream</c> or a <c>future</c>: the readable end of one.</summary>
public abstract record AsyncValueType : ComponentValueType
{
    private protected AsyncValueType(ComponentTypeKind kind, ComponentValueType? element)
        : base(kind, TypeFacts.OfAsyncValue(kind, element)) => Element = element;

    /// <summary>The type of what goes through it, or null when nothing but the event does.</summary>
    public ComponentValueType? Element { get; }

    /// <summary>Compares by structure.</summary>
    public virtual bool Equals(AsyncValueType? other) => base.Equals(other) && Equals(Element, other.Element);

    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A <c>stream</c>.</summary>
public sealed record StreamType : AsyncValueType
{
    /// <summary>Makes the type.</summary>
    /// <param name="element">The type of what goes through it, or null.</param>
    public StreamType(ComponentValueType? element)
        : base(ComponentTypeKind.Stream, element)
    {
    }

    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}

/// <summary>A <c>future</c>.</summary>
public sealed record FutureType : AsyncValueType
{
    /// <summary>Makes the type.</summary>
    /// <param name="element">The type of what goes through it, or null.</param>
    public FutureType(ComponentValueType? element)
        : base(ComponentTypeKind.Future, element)
    {
    }

    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;
}
