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
}

/// <summary>A value type; compared by structure (resources by identity).</summary>
public abstract record ComponentValueType(ComponentTypeKind Kind);

/// <summary>A type without parts: numbers, <c>bool</c>, <c>char</c>, <c>string</c>.</summary>
public sealed record PrimitiveType(ComponentTypeKind Kind) : ComponentValueType(Kind);

/// <summary>A named field of a record.</summary>
public sealed record RecordField(string Name, ComponentValueType Type);

/// <summary>A <c>record</c>.</summary>
public sealed record RecordType(TypeList<RecordField> Fields) : ComponentValueType(ComponentTypeKind.Record);

/// <summary>A case of a variant; no type means no payload.</summary>
public sealed record VariantCase(string Name, ComponentValueType? Type);

/// <summary>A <c>variant</c>.</summary>
public sealed record VariantType(TypeList<VariantCase> Cases) : ComponentValueType(ComponentTypeKind.Variant);

/// <summary>A <c>list</c>.</summary>
/// <param name="Element">The type of the elements.</param>
/// <param name="FixedLength">The length of a fixed-length list, else null.</param>
public sealed record ListType(ComponentValueType Element, uint? FixedLength = null) : ComponentValueType(ComponentTypeKind.List);

/// <summary>A <c>tuple</c>.</summary>
public sealed record TupleType(TypeList<ComponentValueType> Elements) : ComponentValueType(ComponentTypeKind.Tuple);

/// <summary>A <c>flags</c> type of 1 to 32 labels.</summary>
public sealed record FlagsType(TypeList<string> Labels) : ComponentValueType(ComponentTypeKind.Flags);

/// <summary>An <c>enum</c>.</summary>
public sealed record EnumType(TypeList<string> Labels) : ComponentValueType(ComponentTypeKind.Enum);

/// <summary>An <c>option</c>.</summary>
public sealed record OptionType(ComponentValueType Element) : ComponentValueType(ComponentTypeKind.Option);

/// <summary>A <c>result</c>; either side may be absent.</summary>
public sealed record ResultType(ComponentValueType? Ok, ComponentValueType? Error) : ComponentValueType(ComponentTypeKind.Result);

/// <summary>An owning handle.</summary>
public sealed record OwnType(ResourceVariable Resource) : ComponentValueType(ComponentTypeKind.Own);

/// <summary>A borrowed handle.</summary>
public sealed record BorrowType(ResourceVariable Resource) : ComponentValueType(ComponentTypeKind.Borrow);

/// <summary>
/// A resource type as a component's own text sees it: a name for a type that only instantiation fixes (a definition makes a
/// fresh one each time, an import or alias takes the one it is given). Compared by identity.
/// </summary>
public sealed class ResourceVariable(int typeIndex, string name)
{
    /// <summary>The first index of the resource in its component's type index space; -1 inside a declared component or instance type.</summary>
    public int TypeIndex { get; } = typeIndex;

    /// <summary>A name for messages.</summary>
    public string Name { get; } = name;
}

/// <summary>A function type of the Component Model.</summary>
/// <param name="Parameters">Named parameters.</param>
/// <param name="Result">The result, or null.</param>
public sealed record ComponentFunctionType(TypeList<RecordField> Parameters, ComponentValueType? Result);
