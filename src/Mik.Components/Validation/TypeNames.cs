using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>Types in the words of WIT, for messages; long ones are cut short.</summary>
internal static class TypeNames
{
    public static string Describe(ComponentValueType type) => Describe(type, 3);

    private static string Describe(ComponentValueType? type, int depth) => type switch
    {
        null => "_",
        _ when depth == 0 => "…",
        OwnType own => $"own<{own.Resource}>",
        BorrowType borrow => $"borrow<{borrow.Resource}>",
        OptionType option => $"option<{Describe(option.Element, depth - 1)}>",
        StreamType stream => $"stream<{Describe(stream.Element, depth - 1)}>",
        FutureType future => $"future<{Describe(future.Element, depth - 1)}>",
        ListType list => $"list<{Describe(list.Element, depth - 1)}>",
        ResultType result => $"result<{Describe(result.Ok, depth - 1)}, {Describe(result.Error, depth - 1)}>",
        TupleType tuple => $"tuple<{Join(tuple.Elements.Take(4).Select(element => Describe(element, depth - 1)), tuple.Elements.Count)}>",
        RecordType record => $"record {{{Join(record.Fields.Take(4).Select(field => field.Name), record.Fields.Count)}}}",
        VariantType variant => $"variant {{{Join(variant.Cases.Take(4).Select(item => item.Name), variant.Cases.Count)}}}",
        FlagsType flags => $"flags {{{Join(flags.Labels.Take(4), flags.Labels.Count)}}}",
        EnumType labels => $"enum {{{Join(labels.Labels.Take(4), labels.Labels.Count)}}}",
        _ => type.Kind.ToString().ToLowerInvariant(),
    };

    private static string Join(IEnumerable<string> first, int count) => string.Join(", ", first) + (count > 4 ? ", …" : "");
}
