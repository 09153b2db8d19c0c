using Mik.Components.Model;

namespace Mik.Components.HostBinding;

/// <summary>Writes component types as WIT does, for messages.</summary>
internal static class WitText
{
    private const int LongestNamed = 500;

    /// <summary>A function type.</summary>
    public static string Of(ComponentFunctionType type) => Of(type, true);

    /// <summary>A value type; null is an absent side of a result.</summary>
    public static string Of(ComponentValueType? type) => Of(type, true);

    /// <summary>
    /// A function type without the names of resources, which each component chooses for itself: how functions of different components compare.
    /// </summary>
    public static string Shape(ComponentFunctionType type) => Of(type, false);

    private static string Of(ComponentFunctionType type, bool named)
    {
        var parameters = string.Join(", ", type.Parameters.Select(parameter => $"{parameter.Name}: {Of(parameter.Type, named)}"));
        var kind = type.IsAsync ? "async func" : "func";
        return type.Result is null ? $"{kind}({parameters})" : $"{kind}({parameters}) -> {Of(type.Result, named)}";
    }

    private static string Of(ComponentValueType? type, bool named) => type switch
    {
        null => "_",
        { Facts.Nodes: > LongestNamed } when named => $"{type.Kind.ToString().ToLowerInvariant()} of {type.Facts.Nodes} parts",
        RecordType record => $"record {{ {string.Join(", ", record.Fields.Select(field => $"{field.Name}: {Of(field.Type, named)}"))} }}",
        VariantType variant => $"variant {{ {string.Join(", ", variant.Cases.Select(variantCase => Of(variantCase, named)))} }}",
        StreamType stream => $"stream<{Of(stream.Element, named)}>",
        FutureType future => $"future<{Of(future.Element, named)}>",
        ListType { FixedLength: { } length } list => $"list<{Of(list.Element, named)}, {length}>",
        ListType list => $"list<{Of(list.Element, named)}>",
        TupleType tuple => $"tuple<{string.Join(", ", tuple.Elements.Select(element => Of(element, named)))}>",
        FlagsType flags => $"flags {{ {string.Join(", ", flags.Labels)} }}",
        EnumType labels => $"enum {{ {string.Join(", ", labels.Labels)} }}",
        OptionType option => $"option<{Of(option.Element, named)}>",
        ResultType { Ok: null, Error: null } => "result",
        ResultType { Error: null } result => $"result<{Of(result.Ok, named)}>",
        ResultType result => $"result<{Of(result.Ok, named)}, {Of(result.Error, named)}>",
        OwnType own => $"own<{(named ? own.Resource.Name : "")}>",
        BorrowType borrow => $"borrow<{(named ? borrow.Resource.Name : "")}>",
        _ => type.Kind.ToString().ToLowerInvariant(),
    };

    private static string Of(VariantCase variantCase, bool named) =>
        variantCase.Type is null ? variantCase.Name : $"{variantCase.Name}({Of(variantCase.Type, named)})";
}
