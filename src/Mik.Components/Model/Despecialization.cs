using System.Globalization;

namespace Mik.Components.Model;

/// <summary>Rewrites the specialized value types to the basic ones (CanonicalABI.md, "Despecialization").</summary>
internal static class Despecialization
{
    /// <summary>Tuple → record, enum, option and result → variant; every other type is itself.</summary>
    public static ComponentValueType Despecialize(ComponentValueType type) => type switch
    {
        TupleType tuple => new RecordType(new([.. tuple.Elements.Select((element, index) =>
            new RecordField(index.ToString(CultureInfo.InvariantCulture), element))])),
        EnumType or OptionType or ResultType => new VariantType(CasesOf(type)),
        _ => type,
    };

    /// <summary>The cases of a variant, enum, option or result.</summary>
    public static TypeList<VariantCase> CasesOf(ComponentValueType type) => type switch
    {
        VariantType variant => variant.Cases,
        EnumType labels => new([.. labels.Labels.Select(label => new VariantCase(label, null))]),
        OptionType option => [new("none", null), new("some", option.Element)],
        ResultType result => [new("ok", result.Ok), new("error", result.Error)],
        _ => throw new ArgumentException($"{type.Kind} has no cases", nameof(type)),
    };

    /// <summary>Number of cases of a variant, enum, option or result.</summary>
    public static int CaseCount(ComponentValueType type) => type switch
    {
        VariantType variant => variant.Cases.Count,
        EnumType labels => labels.Labels.Count,
        OptionType or ResultType => 2,
        _ => throw new ArgumentException($"{type.Kind} has no cases", nameof(type)),
    };

    /// <summary>The payload of case <paramref name="index"/>, or null.</summary>
    public static ComponentValueType? CasePayload(ComponentValueType type, int index) => type switch
    {
        VariantType variant => variant.Cases[index].Type,
        OptionType option => index == 1 ? option.Element : null,
        ResultType result => index == 0 ? result.Ok : result.Error,
        EnumType => null,
        _ => throw new ArgumentException($"{type.Kind} has no cases", nameof(type)),
    };

    /// <summary>Whether the type despecializes to a variant.</summary>
    public static bool IsVariantLike(ComponentValueType type) =>
        type.Kind is ComponentTypeKind.Variant or ComponentTypeKind.Enum or ComponentTypeKind.Option or ComponentTypeKind.Result;

    /// <summary>Whether the type despecializes to a record.</summary>
    public static bool IsRecordLike(ComponentValueType type) => type.Kind is ComponentTypeKind.Record or ComponentTypeKind.Tuple;

    /// <summary>Number of fields of a record or tuple.</summary>
    public static int FieldCount(ComponentValueType type) => type is RecordType record ? record.Fields.Count : ((TupleType)type).Elements.Count;

    /// <summary>The type of a field of a record or tuple.</summary>
    public static ComponentValueType FieldType(ComponentValueType type, int index) =>
        type is RecordType record ? record.Fields[index].Type : ((TupleType)type).Elements[index];
}
