using Mik.Components.Model;

namespace Mik.Fuzz.Values;

/// <summary>
/// Writes the types of a function into a component. Records, variants, enums and flags are given names outside, exported by the
/// guest that has the function and imported by the one that calls it.
/// </summary>
/// <param name="component">The component.</param>
/// <param name="isImported">Whether the names are imports.</param>
internal sealed class GuestTypes(ByteWriter component, bool isImported)
{
    private int _count;

    /// <summary>How many have names: <c>t0</c>, <c>t1</c>, …</summary>
    public int NameCount { get; private set; }

    /// <summary>Writes the parts and the function type; its index.</summary>
    public int Define(ComponentFunctionType type)
    {
        var parameters = type.Parameters.Select(parameter => (parameter.Name, Type: Define(parameter.Type))).ToArray();
        var result = Define(type.Result);
        return Add(item =>
        {
            item.Byte(0x40).Unsigned((ulong)parameters.Length);
            foreach (var (name, part) in parameters)
            {
                item.Name(name).Bytes(part);
            }
            _ = result is null ? item.Byte(1).Byte(0) : item.Byte(0).Bytes(result);
        });
    }

    private byte[]? Define(ComponentValueType? type)
    {
        switch (type)
        {
            case null:
                return null;
            case PrimitiveType:
                return [Code(type.Kind)];
            case ListType list:
                var element = Define(list.Element);
                return Reference(Add(item => item.Byte(0x70).Bytes(element)));
            case OptionType option:
                element = Define(option.Element);
                return Reference(Add(item => item.Byte(0x6B).Bytes(element)));
            case TupleType tuple:
                var elements = tuple.Elements.Select(part => Define(part)!).ToArray();
                return Reference(Add(item => item.Byte(0x6F).Items(elements, (writer, part) => writer.Bytes(part))));
            case ResultType result:
                byte[]?[] sides = [Define(result.Ok), Define(result.Error)];
                return Reference(Add(item => Optional(Optional(item.Byte(0x6A), sides[0]), sides[1])));
            case RecordType record:
                var fields = record.Fields.Select(field => (field.Name, Type: Define(field.Type)!)).ToArray();
                return Named(item => item.Byte(0x72).Items(fields, (writer, field) => writer.Name(field.Name).Bytes(field.Type)));
            case VariantType variant:
                var cases = variant.Cases.Select(part => (part.Name, Type: Define(part.Type))).ToArray();
                return Named(item => item.Byte(0x71).Items(cases, (writer, part) => Optional(writer.Name(part.Name), part.Type).Byte(0)));
            case FlagsType flags:
                return Named(item => item.Byte(0x6E).Items(flags.Labels, (writer, label) => writer.Name(label)));
            default:
                return Named(item => item.Byte(0x6D).Items(((EnumType)type).Labels, (writer, label) => writer.Name(label)));
        }
    }

    private static ByteWriter Optional(ByteWriter writer, byte[]? type) => type is null ? writer.Byte(0) : writer.Byte(1).Bytes(type);

    private byte[] Named(Action<ByteWriter> write)
    {
        var index = Add(write);
        var name = $"t{NameCount++}";
        component.Byte(isImported ? 10 : 11).Sized(section =>
        {
            section.Unsigned(1).Byte(0).Name(name).Byte(3);
            _ = isImported ? section.Byte(0).Unsigned((ulong)index) : section.Unsigned((ulong)index).Byte(0);
        });
        return Reference(_count++);
    }

    private int Add(Action<ByteWriter> write)
    {
        component.Byte(7).Sized(section => write(section.Unsigned(1)));
        return _count++;
    }

    // Where a value type is read, an index is a signed number.
    private static byte[] Reference(int index) => new ByteWriter().Signed(index).ToArray();

    private static byte Code(ComponentTypeKind kind) => kind switch
    {
        ComponentTypeKind.Bool => 0x7F,
        ComponentTypeKind.S8 => 0x7E,
        ComponentTypeKind.U8 => 0x7D,
        ComponentTypeKind.S16 => 0x7C,
        ComponentTypeKind.U16 => 0x7B,
        ComponentTypeKind.S32 => 0x7A,
        ComponentTypeKind.U32 => 0x79,
        ComponentTypeKind.S64 => 0x78,
        ComponentTypeKind.U64 => 0x77,
        ComponentTypeKind.F32 => 0x76,
        ComponentTypeKind.F64 => 0x75,
        ComponentTypeKind.Char => 0x74,
        _ => 0x73,
    };
}
