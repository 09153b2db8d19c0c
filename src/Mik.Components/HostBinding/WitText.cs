using Mik.Components.Model;

namespace Mik.Components.HostBinding;

/// <summary>Writes component types as WIT does, for messages.</summary>
internal static class WitText
{
    public static string Of(ComponentFunctionType type)
    {
        var parameters = string.Join(", ", type.Parameters.Select(parameter => $"{parameter.Name}: {Of(parameter.Type)}"));
        return type.Result is null ? $"func({parameters})" : $"func({parameters}) -> {Of(type.Result)}";
    }

    public static string Of(ComponentValueType? type) => type switch
    {
        null => "_",
        RecordType record => $"record {{ {string.Join(", ", record.Fields.Select(field => $"{field.Name}: {Of(field.Type)}"))} }}",
        VariantType variant => $"variant {{ {string.Join(", ", variant.Cases.Select(Of))} }}",
        ListType { FixedLength: { } length } list => $"list<{Of(list.Element)}, {length}>",
        ListType list => $"list<{Of(list.Element)}>",
        TupleType tuple => $"tuple<{string.Join(", ", tuple.Elements.Select(Of))}>",
        FlagsType flags => $"flags {{ {string.Join(", ", flags.Labels)} }}",
        EnumType labels => $"enum {{ {string.Join(", ", labels.Labels)} }}",
        OptionType option => $"option<{Of(option.Element)}>",
        ResultType { Ok: null, Error: null } => "result",
        ResultType { Error: null } result => $"result<{Of(result.Ok)}>",
        ResultType result => $"result<{Of(result.Ok)}, {Of(result.Error)}>",
        OwnType own => $"own<{own.Resource.Name}>",
        BorrowType borrow => $"borrow<{borrow.Resource.Name}>",
        _ => type.Kind.ToString().ToLowerInvariant(),
    };

    private static string Of(VariantCase variantCase) =>
        variantCase.Type is null ? variantCase.Name : $"{variantCase.Name}({Of(variantCase.Type)})";
}
