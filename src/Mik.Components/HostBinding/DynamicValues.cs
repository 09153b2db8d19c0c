using System.Collections;
using System.Text;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.HostBinding;

/// <summary>A variant, option or result in the embedding API: none is case 0 and some is case 1; ok is case 0 and error is case 1.</summary>
/// <param name="Case">The index of the case in WIT order.</param>
/// <param name="Payload">The payload, or null when the case has none.</param>
public readonly record struct VariantValue(int Case, object? Payload = null);

/// <summary>
/// Values of the embedding API to and from the values that dynamic adapters take, which are the same but for strings. The way
/// in checks everything, because emitted code trusts what it is given.
/// </summary>
internal static class DynamicValues
{
    /// <summary>Checks and converts arguments.</summary>
    /// <exception cref="ArgumentException">They do not fit the type.</exception>
    public static object?[] ToLinked(ComponentFunctionType type, ReadOnlySpan<object?> arguments)
    {
        if (arguments.Length != type.Parameters.Count)
        {
            throw new ArgumentException($"{WitText.Of(type)} was given {arguments.Length} arguments", nameof(arguments));
        }
        var values = new object?[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ToLinked(type.Parameters[i].Type, arguments[i]);
        }
        return values;
    }

    /// <summary>Converts arguments back.</summary>
    public static object?[] FromLinked(ComponentFunctionType type, object?[] arguments)
    {
        var values = new object?[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = FromLinked(type.Parameters[i].Type, arguments[i]);
        }
        return values;
    }

    /// <summary>Checks and converts a value.</summary>
    /// <exception cref="ArgumentException">It does not fit the type.</exception>
    public static object ToLinked(ComponentValueType type, object? value)
    {
        switch (type)
        {
            case PrimitiveType { Kind: ComponentTypeKind.String } when value is string text:
                return new LinkedString(text, StoredEncoding.Utf8, (ulong)Encoding.UTF8.GetByteCount(text), StringEncoding.Utf8);
            case PrimitiveType primitive when value is not null && primitive.Kind != ComponentTypeKind.String
                && PrimitiveShape.ClrTypeOf(primitive.Kind) == value.GetType():
                return value;
            case EnumType labels when value is int index && (uint)index < (uint)labels.Labels.Count:
                return value;
            case FlagsType when value is uint:
                return value;
            case RecordType or TupleType when value is object?[] fields && fields.Length == Despecialization.FieldCount(type):
                return Convert(type, fields, ToLinked);
            case VariantType or OptionType or ResultType when value is VariantValue variant && Fits(type, variant):
                return Convert(type, variant, ToLinked);
            case ListType list when value is IList elements && (list.FixedLength is not { } length || length == elements.Count):
                return Convert(list, elements, DynamicShapes.Of(list).ClrType, ToLinked);
            case OwnType or BorrowType when value is not null:
                return value;
            default:
                throw new ArgumentException($"a value of type {WitText.Of(type)} cannot be {value ?? "null"} ({value?.GetType().Name})", nameof(value));
        }
    }

    /// <summary>Converts a value back.</summary>
    public static object FromLinked(ComponentValueType type, object? value) => (type, value) switch
    {
        (_, LinkedString text) => text.Text,
        (RecordType or TupleType, object?[] fields) => Convert(type, fields, FromLinked),
        (_, VariantValue variant) => Convert(type, variant, FromLinked),
        (ListType list, IList elements) => Convert(list, elements, EmbeddedType(elements.GetType()), FromLinked),
        _ => value!,
    };

    /// <summary>The type of a value in the embedding API by the type of the linked one: lists of strings, however deep, differ.</summary>
    private static Type EmbeddedType(Type linked) =>
        linked == typeof(LinkedString) ? typeof(string)
        : linked.IsArray ? EmbeddedType(linked.GetElementType()!).MakeArrayType()
        : linked;

    private static bool Fits(ComponentValueType type, VariantValue variant) =>
        (uint)variant.Case < (uint)Despecialization.CaseCount(type)
        && Despecialization.CasePayload(type, variant.Case) is null == variant.Payload is null;

    private static object?[] Convert(ComponentValueType type, object?[] fields, Func<ComponentValueType, object?, object> convert)
    {
        var converted = new object?[fields.Length];
        for (var i = 0; i < converted.Length; i++)
        {
            converted[i] = convert(Despecialization.FieldType(type, i), fields[i]);
        }
        return converted;
    }

    private static VariantValue Convert(ComponentValueType type, VariantValue variant, Func<ComponentValueType, object?, object> convert) =>
        Despecialization.CasePayload(type, variant.Case) is { } payload
            ? variant with { Payload = convert(payload, variant.Payload) }
            : variant;

    private static IList Convert(ListType type, IList elements, Type arrayType, Func<ComponentValueType, object?, object> convert)
    {
        if (elements.GetType() == arrayType && type.Element is PrimitiveType { Kind: not ComponentTypeKind.String })
        {
            return elements;
        }
        var converted = Array.CreateInstance(arrayType.GetElementType()!, elements.Count);
        for (var i = 0; i < elements.Count; i++)
        {
            converted.SetValue(convert(type.Element, elements[i]), i);
        }
        return converted;
    }
}
