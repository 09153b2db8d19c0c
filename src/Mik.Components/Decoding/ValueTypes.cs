using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>Reads value types (Binary.md, "defvaltype", "valtype").</summary>
internal static class ValueTypes
{
    private const byte FirstPrimitive = 0x7F;
    private const byte LastPrimitive = 0x73;

    private static readonly PrimitiveType[] Primitives =
    [
        new(ComponentTypeKind.Bool), new(ComponentTypeKind.S8), new(ComponentTypeKind.U8), new(ComponentTypeKind.S16),
        new(ComponentTypeKind.U16), new(ComponentTypeKind.S32), new(ComponentTypeKind.U32), new(ComponentTypeKind.S64),
        new(ComponentTypeKind.U64), new(ComponentTypeKind.F32), new(ComponentTypeKind.F64), new(ComponentTypeKind.Char),
        new(ComponentTypeKind.String),
    ];

    /// <summary>Reads the result of a function; null when it has none.</summary>
    /// <param name="reader">Where it is.</param>
    /// <param name="scope">What indices mean.</param>
    /// <param name="what">What it is, for the message.</param>
    public static ComponentValueType? ReadResult(ref WasmReader reader, Scope scope, string what)
    {
        var offset = reader.Position;
        switch (reader.ReadByte())
        {
            case 0x00:
                return ReadReference(ref reader, scope);
            case 0x01 when reader.ReadByte() == 0x00:
                return null;
            default:
                Reject.Malformed($"malformed {what}", offset);
                return null;
        }
    }

    /// <summary>Reads a primitive type or the index of a type.</summary>
    public static ComponentValueType ReadReference(ref WasmReader reader, Scope scope)
    {
        var offset = reader.Position;
        var encoding = reader.PeekByte();
        if (TryPrimitive(encoding, out var primitive))
        {
            reader.ReadByte();
            return primitive;
        }
        if (encoding == 0x64)
        {
            Reject.Unsupported("error-context", "component-model error-context", offset);
        }
        var index = reader.ReadS33();
        if (index < 0)
        {
            Reject.Malformed("malformed value type", offset);
        }
        return scope.ValueTypeAt((uint)index, offset);
    }

    /// <summary>Reads the definition of a value type, of which the first byte has been read.</summary>
    public static ComponentValueType Read(ref WasmReader reader, Scope scope, byte form, int offset)
    {
        ComponentValueType? type = TryPrimitive(form, out var primitive) ? primitive : form switch
        {
            0x72 => ReadRecord(ref reader, scope, offset),
            0x71 => ReadVariant(ref reader, scope, offset),
            0x70 => new ListType(ReadReference(ref reader, scope)),
            0x6F => ReadTuple(ref reader, scope, offset),
            0x6E => new FlagsType(ReadLabels(ref reader, "flag", 32, offset)),
            0x6D => new EnumType(ReadLabels(ref reader, "enum tag", ComponentLimits.TypeParts, offset)),
            0x6B => new OptionType(ReadReference(ref reader, scope)),
            0x6A => new ResultType(ReadOptional(ref reader, scope), ReadOptional(ref reader, scope)),
            0x66 => CheckElement(new StreamType(ReadOptional(ref reader, scope)), offset),
            0x65 => CheckElement(new FutureType(ReadOptional(ref reader, scope)), offset),
            0x69 => new OwnType(scope.ResourceAt(reader.ReadU32(), offset)),
            0x68 => new BorrowType(scope.ResourceAt(reader.ReadU32(), offset)),
            _ => null,
        };
        if (type is null)
        {
            Refuse(form, offset);
        }
        if (Layout.Memory64.ExtentOf(type!).Size > Layout.MaximumElementSize)
        {
            Reject.Invalid("type exceeds maximum byte size of a value", offset);
        }
        return type!;
    }

    private static void Refuse(byte form, int offset)
    {
        switch (form)
        {
            case 0x67:
                Reject.Unsupported("a fixed-length list", "component-model fixed-length lists", offset);
                break;
            case 0x64:
                Reject.Unsupported("error-context", "component-model error-context", offset);
                break;
            case 0x63:
                Reject.Unsupported("a map", "component-model map", offset);
                break;
            default:
                Reject.Malformed($"malformed component type 0x{form:x2}", offset);
                break;
        }
    }

    private static AsyncValueType CheckElement(AsyncValueType type, int offset)
    {
        if (type is StreamType { Element.Kind: ComponentTypeKind.Char })
        {
            Reject.Invalid("`stream<char>` is not valid", offset);
        }
        if (type.Element is { } element && (element.Facts.Contains & TypeContents.Borrow) != TypeContents.None)
        {
            Reject.Invalid($"a {type.Kind.ToString().ToLowerInvariant()} cannot contain a `borrow` type", offset);
        }
        return type;
    }

    private static bool TryPrimitive(byte encoding, out PrimitiveType primitive)
    {
        var isPrimitive = encoding is >= LastPrimitive and <= FirstPrimitive;
        primitive = Primitives[isPrimitive ? FirstPrimitive - encoding : 0];
        return isPrimitive;
    }

    private static ComponentValueType? ReadOptional(ref WasmReader reader, Scope scope)
    {
        var offset = reader.Position;
        switch (reader.ReadByte())
        {
            case 0x00:
                return null;
            case 0x01:
                return ReadReference(ref reader, scope);
            default:
                Reject.Malformed("malformed optional value type", offset);
                return null;
        }
    }

    private static RecordType ReadRecord(ref WasmReader reader, Scope scope, int offset)
    {
        var fields = new RecordField[ReadPartCount(ref reader, "record type must have at least one field", 2, offset)];
        var names = new LabelSet("record field");
        for (var i = 0; i < fields.Length; i++)
        {
            var name = names.Add(reader.ReadName(), offset);
            fields[i] = new(name, ReadReference(ref reader, scope));
        }
        return new(new(fields));
    }

    private static VariantType ReadVariant(ref WasmReader reader, Scope scope, int offset)
    {
        var cases = new VariantCase[ReadPartCount(ref reader, "variant type must have at least one case", 3, offset)];
        var names = new LabelSet("variant case");
        for (var i = 0; i < cases.Length; i++)
        {
            var name = names.Add(reader.ReadName(), offset);
            cases[i] = new(name, ReadOptional(ref reader, scope));
            var refinesOffset = reader.Position;
            if (reader.ReadByte() != 0x00)
            {
                Reject.Malformed("malformed variant case: invalid refines", refinesOffset);
            }
        }
        return new(new(cases));
    }

    private static TupleType ReadTuple(ref WasmReader reader, Scope scope, int offset)
    {
        var elements = new ComponentValueType[ReadPartCount(ref reader, "tuple type must have at least one type", 1, offset)];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = ReadReference(ref reader, scope);
        }
        return new(new(elements));
    }

    private static TypeList<string> ReadLabels(ref WasmReader reader, string what, int limit, int offset)
    {
        var count = ReadPartCount(ref reader, $"a type must have at least one {what}", 1, offset);
        if (count > limit)
        {
            Reject.Invalid($"cannot have more than {limit} {what}s", offset);
        }
        var labels = new string[count];
        var names = new LabelSet(what);
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = names.Add(reader.ReadName(), offset);
        }
        return new(labels);
    }

    private static int ReadPartCount(ref WasmReader reader, string messageWhenEmpty, int partBytes, int offset)
    {
        var count = reader.ReadCount("parts of a type", ComponentLimits.TypeParts, partBytes, memoryBytes: 100);
        if (count == 0)
        {
            Reject.Invalid(messageWhenEmpty, offset);
        }
        return count;
    }
}
