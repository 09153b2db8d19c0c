using System.Globalization;
using System.Text.Json;
using Mik.Components.HostBinding;
using Mik.Components.Model;

namespace Mik.Conformance.Tests.Components;

/// <summary>The suite's component values as those of the embedding API; the component's types say what to make of them.</summary>
internal static class ComponentValues
{
    /// <summary>Reads a value of a type.</summary>
    public static object Parse(JsonElement json, ComponentValueType type)
    {
        var kind = json.GetProperty("type").GetString();
        json.TryGetProperty("value", out var value);
        return type switch
        {
            PrimitiveType primitive => ParsePrimitive(value, primitive.Kind),
            ListType list => value.EnumerateArray().Select(element => Parse(element, list.Element)).ToArray(),
            TupleType tuple => value.EnumerateArray().Select((element, index) => (object?)Parse(element, tuple.Elements[index])).ToArray(),
            RecordType record => value.EnumerateArray().Select((field, index) => (object?)Parse(field[1], record.Fields[index].Type)).ToArray(),
            EnumType labels => IndexOf(labels.Labels, value.GetString()!),
            FlagsType flags => value.EnumerateArray().Aggregate(0u, (bits, label) => bits | (1u << IndexOf(flags.Labels, label.GetString()!))),
            OptionType option => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
                ? new VariantValue(0)
                : new VariantValue(1, Parse(value, option.Element)),
            ResultType result => ParseResult(value, result),
            VariantType variant => ParseVariant(value, variant),
            _ => throw new NotSupportedException($"value of kind {kind}"),
        };
    }

    /// <summary>Whether a result is the expected value.</summary>
    public static bool AreEqual(object? expected, object? actual) => (expected, actual) switch
    {
        (VariantValue left, VariantValue right) => left.Case == right.Case && AreEqual(left.Payload, right.Payload),
        (Array left, Array right) => left.Length == right.Length
            && left.Cast<object?>().Zip(right.Cast<object?>()).All(pair => AreEqual(pair.First, pair.Second)),
        (float left, float right) => BitConverter.SingleToInt32Bits(left) == BitConverter.SingleToInt32Bits(right) || (float.IsNaN(left) && float.IsNaN(right)),
        (double left, double right) => BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right)
            || (double.IsNaN(left) && double.IsNaN(right)),
        _ => Equals(expected, actual),
    };

    /// <summary>A value in words.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "nothing",
        VariantValue variant => $"case {variant.Case}({Describe(variant.Payload)})",
        string text => $"\"{text}\"",
        Array array => $"[{string.Join(", ", array.Cast<object?>().Select(Describe))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static VariantValue ParseVariant(JsonElement value, VariantType type)
    {
        var index = IndexOf([.. type.Cases.Select(variantCase => variantCase.Name)], value.GetProperty("case").GetString()!);
        return new VariantValue(index, ParsePayload(value, "payload", type.Cases[index].Type));
    }

    private static VariantValue ParseResult(JsonElement value, ResultType type) => value.TryGetProperty("Ok", out _)
        ? new VariantValue(0, ParsePayload(value, "Ok", type.Ok))
        : new VariantValue(1, ParsePayload(value, "Err", type.Error));

    private static object? ParsePayload(JsonElement json, string property, ComponentValueType? type) =>
        type is null ? null : Parse(json.GetProperty(property), type);

    private static object ParsePrimitive(JsonElement value, ComponentTypeKind kind) => kind switch
    {
        ComponentTypeKind.Bool => value.GetBoolean(),
        ComponentTypeKind.Char => value.GetString()!.EnumerateRunes().Single(),
        ComponentTypeKind.String => value.GetString()!,
        ComponentTypeKind.F32 => BitConverter.UInt32BitsToSingle(uint.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
        ComponentTypeKind.F64 => BitConverter.UInt64BitsToDouble(ulong.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
        _ => Convert.ChangeType(value.GetString()!, PrimitiveShape.ClrTypeOf(kind), CultureInfo.InvariantCulture),
    };

    private static int IndexOf(TypeList<string> labels, string label)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i] == label)
            {
                return i;
            }
        }
        throw new InvalidDataException($"no label {label}");
    }
}
