using System.Runtime.CompilerServices;
using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>
/// What is asked of a value type again and again, gathered from the facts of its parts when it is made. No walk over a type
/// is ever needed for them, so types that share parts (small in bytes, huge when written out) cost nothing.
/// </summary>
internal sealed class TypeFacts
{
    private WasmValueType[]? _flat32;
    private WasmValueType[]? _flat64;

    /// <summary>The structural hash.</summary>
    public required int Hash { get; init; }

    /// <summary>Number of types in the written-out tree, saturating; shared parts count each time.</summary>
    public required int Nodes { get; init; }

    /// <summary>Nesting; 1 for a type without parts.</summary>
    public required int Depth { get; init; }

    /// <summary>What occurs anywhere in the tree.</summary>
    public required TypeContents Contains { get; init; }

    /// <summary>Size and alignment in a 32-bit memory.</summary>
    public required Extent Extent32 { get; init; }

    /// <summary>Size and alignment in a 64-bit memory.</summary>
    public required Extent Extent64 { get; init; }

    /// <summary>The flat form, empty when it is longer than any use allows; made at the first call.</summary>
    public WasmValueType[] Flat(ComponentValueType type, WasmValueType pointerType) => pointerType == WasmValueType.I64
        ? _flat64 ??= FlatTypes.FlattenOnce(type, pointerType)
        : _flat32 ??= FlatTypes.FlattenOnce(type, pointerType);

    public static TypeFacts OfPrimitive(ComponentTypeKind kind) => new()
    {
        Hash = (int)kind,
        Nodes = 1,
        Depth = 1,
        Contains = kind == ComponentTypeKind.String ? TypeContents.Pointer : TypeContents.None,
        Extent32 = Layout.Memory32.OfLeaf(kind),
        Extent64 = Layout.Memory64.OfLeaf(kind),
    };

    public static TypeFacts OfHandle(ComponentTypeKind kind, ResourceType type) => new()
    {
        Hash = HashCode.Combine(kind, RuntimeHelpers.GetHashCode(type.Variable)),
        Nodes = 1,
        Depth = 1,
        Contains = kind == ComponentTypeKind.Borrow
            ? TypeContents.Borrow | TypeContents.Resource | TypeContents.Named : TypeContents.Resource | TypeContents.Named,
        Extent32 = Layout.Memory32.OfLeaf(kind),
        Extent64 = Layout.Memory64.OfLeaf(kind),
    };

    public static TypeFacts OfFlags(TypeList<string> labels) => new()
    {
        Hash = HashCode.Combine(ComponentTypeKind.Flags, labels),
        Nodes = 1,
        Depth = 1,
        Contains = TypeContents.Named,
        Extent32 = Layout.OfFlags(labels.Count),
        Extent64 = Layout.OfFlags(labels.Count),
    };

    public static TypeFacts OfEnum(TypeList<string> labels)
    {
        var sum = new TypeSum(ComponentTypeKind.Enum);
        sum.AddHash(labels.GetHashCode());
        return sum.Variant(labels.Count);
    }

    public static TypeFacts OfRecord(TypeList<RecordField> fields)
    {
        var sum = new TypeSum(ComponentTypeKind.Record);
        foreach (var field in fields.AsSpan())
        {
            sum.Add(field.Name, field.Type);
        }
        return sum.Record();
    }

    public static TypeFacts OfTuple(TypeList<ComponentValueType> elements)
    {
        var sum = new TypeSum(ComponentTypeKind.Tuple);
        foreach (var element in elements.AsSpan())
        {
            sum.Add("", element);
        }
        return sum.Record();
    }

    public static TypeFacts OfVariant(TypeList<VariantCase> cases)
    {
        var sum = new TypeSum(ComponentTypeKind.Variant);
        foreach (var variantCase in cases.AsSpan())
        {
            sum.Add(variantCase.Name, variantCase.Type);
        }
        return sum.Variant(cases.Count);
    }

    public static TypeFacts OfOption(ComponentValueType element)
    {
        var sum = new TypeSum(ComponentTypeKind.Option);
        sum.Add("", element);
        return sum.Variant(2);
    }

    public static TypeFacts OfResult(ComponentValueType? ok, ComponentValueType? error)
    {
        var sum = new TypeSum(ComponentTypeKind.Result);
        sum.Add("", ok);
        sum.Add("", error);
        return sum.Variant(2);
    }

    public static TypeFacts OfAsyncValue(ComponentTypeKind kind, ComponentValueType? element) => new()
    {
        Hash = HashCode.Combine(kind, element?.Facts.Hash ?? 0),
        Nodes = (int)Math.Min(int.MaxValue, 1L + (element?.Facts.Nodes ?? 0)),
        Depth = 1 + (element?.Facts.Depth ?? 0),
        Contains = (element?.Facts.Contains ?? TypeContents.None) & ~TypeContents.Pointer,
        Extent32 = Layout.Memory32.OfLeaf(kind),
        Extent64 = Layout.Memory64.OfLeaf(kind),
    };

    public static TypeFacts OfList(ComponentValueType element, uint? length)
    {
        var sum = new TypeSum(ComponentTypeKind.List);
        sum.Add("", element);
        return sum.List(length);
    }
}

/// <summary>What occurs anywhere in a value type.</summary>
[Flags]
internal enum TypeContents
{
    /// <summary>Nothing of interest.</summary>
    None = 0,
    /// <summary>A string or a list of variable length: memory is needed.</summary>
    Pointer = 1,
    /// <summary>A borrowed handle.</summary>
    Borrow = 2,
    /// <summary>A handle of either kind.</summary>
    Resource = 4,
    /// <summary>A record, variant, enum or flags type, or a handle: something that needs a name outside.</summary>
    Named = 8,
}
