using Mik.Components.Model;

namespace Mik.Fuzz.Values;

/// <summary>Makes component types at random: all value types but handles, streams and futures.</summary>
internal sealed class ValueTypeGenerator(RandomSource random)
{
    private const int DeepestNesting = 4;

    private static readonly ComponentTypeKind[] Leaves =
    [
        ComponentTypeKind.Bool, ComponentTypeKind.S8, ComponentTypeKind.U8, ComponentTypeKind.S16, ComponentTypeKind.U16, ComponentTypeKind.S32,
        ComponentTypeKind.U32, ComponentTypeKind.S64, ComponentTypeKind.U64, ComponentTypeKind.F32, ComponentTypeKind.F64, ComponentTypeKind.Char,
        ComponentTypeKind.String, ComponentTypeKind.String, ComponentTypeKind.String,
    ];

    /// <summary>A function: few parameters or, so that they go through memory, many.</summary>
    public ComponentFunctionType Function() => new(
        new([.. Enumerable.Range(0, random.OneIn(6) ? 8 + random.Below(12) : random.Below(4)).Select(i => new RecordField($"p{i}", Next()))]),
        random.OneIn(6) ? null : Next());

    private ComponentValueType Next(int depth = 0)
    {
        if (depth == DeepestNesting || random.OneIn(3))
        {
            return new PrimitiveType(random.Pick<ComponentTypeKind>(Leaves));
        }
        return random.Below(9) switch
        {
            0 or 1 => new ListType(Next(depth + 1)),
            2 => new RecordType(new([.. Enumerable.Range(0, 1 + random.Below(4)).Select(i => new RecordField($"f{i}", Next(depth + 1)))])),
            3 => new TupleType(new([.. Enumerable.Range(0, 1 + random.Below(4)).Select(_ => Next(depth + 1))])),
            4 => new VariantType(new([.. Enumerable.Range(0, 1 + random.Below(5)).Select(i => new VariantCase($"c{i}", Payload(depth)))])),
            5 => new OptionType(Next(depth + 1)),
            6 => new ResultType(Payload(depth), Payload(depth)),
            7 => new FlagsType(Labels(32)),
            _ => new EnumType(Labels(random.OneIn(8) ? 300 : 6)),
        };
    }

    private ComponentValueType? Payload(int depth) => random.OneIn(4) ? null : Next(depth + 1);

    private TypeList<string> Labels(int most) => new([.. Enumerable.Range(0, 1 + random.Below(most)).Select(i => $"l{i}")]);
}
