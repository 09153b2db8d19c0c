namespace Mik.Wasm.Tests.Translation;

/// <summary><c>select</c> gives what a branch would, whatever it depends on and whatever is known of its operands.</summary>
public sealed class SelectTests
{
    private const byte SelectCode = 0x1B;
    private const byte Wrap = 0xA7;
    private const byte ExtendSigned = 0xAC;

    private static readonly byte[] I32I32 = [Op.TypeI32, Op.TypeI32];
    private static readonly byte[] I32 = [Op.TypeI32];
    private static readonly int[] Numbers = [0, 1, -1, 2, 7, int.MinValue, int.MaxValue, int.MinValue + 1, int.MaxValue - 1];

    // i32.eq to i32.ge_u, in the order of their codes from 0x46.
    private static readonly Func<int, int, bool>[] Comparisons =
    [
        (a, b) => a == b, (a, b) => a != b, (a, b) => a < b, (a, b) => (uint)a < (uint)b, (a, b) => a > b, (a, b) => (uint)a > (uint)b,
        (a, b) => a <= b, (a, b) => (uint)a <= (uint)b, (a, b) => a >= b, (a, b) => (uint)a >= (uint)b,
    ];

    private static readonly byte[] Sum = [Op.LocalGet, 0, Op.LocalGet, 1, Op.I32Add];

    // What is chosen from: a number that is known, or what the locals hold.
    private static readonly (byte[] Code, Func<int, int, int> Value)[] Operands =
    [
        ([Op.I32Const, 0], (_, _) => 0), ([Op.I32Const, 1], (_, _) => 1), ([Op.I32Const, 0x7F], (_, _) => -1), ([Op.I32Const, 5], (_, _) => 5),
        ([Op.LocalGet, 0], (a, _) => a), ([Op.LocalGet, 1], (_, b) => b), (Sum, (a, b) => a + b),
        ([.. Sum, .. Sum, Op.I32Mul, Op.LocalGet, 0, Op.I32Sub], (a, b) => ((a + b) * (a + b)) - a),
    ];

    public static TheoryData<int, bool, bool> Cases()
    {
        var cases = new TheoryData<int, bool, bool>();
        for (var i = 0; i < Comparisons.Length; i++)
        {
            cases.Add(i, false, false);
            cases.Add(i, false, true);
            cases.Add(i, true, false);
            cases.Add(i, true, true);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Select_OfAnyTwo_ByAComparison_GivesTheRightOne(int comparison, bool isNegated, bool isWide)
    {
        var builder = new ModuleBuilder();
        byte[] condition = [Op.LocalGet, 0, Op.LocalGet, 1, (byte)(0x46 + comparison), .. isNegated ? [Op.I32Eqz] : Array.Empty<byte>()];
        foreach (var (first, i) in Operands.Select((operand, i) => (operand, i)))
        {
            foreach (var (second, j) in Operands.Select((operand, j) => (operand, j)))
            {
                byte[] code = isWide
                    ? [.. first.Code, ExtendSigned, .. second.Code, ExtendSigned, .. condition, SelectCode, Wrap]
                    : [.. first.Code, .. second.Code, .. condition, SelectCode];
                builder.Function($"{i} {j}", I32I32, I32, code);
            }
        }
        using var store = new Mik.Wasm.Execution.Store();
        var instance = Guest.Instantiate(builder, store);
        foreach (var a in Numbers)
        {
            foreach (var b in Numbers)
            {
                var isFirst = Comparisons[comparison](a, b) != isNegated;
                for (var i = 0; i < Operands.Length; i++)
                {
                    for (var j = 0; j < Operands.Length; j++)
                    {
                        Assert.Equal((isFirst ? Operands[i] : Operands[j]).Value(a, b), Guest.Run(instance, $"{i} {j}", a, b));
                    }
                }
            }
        }
    }

    [Fact]
    public void Select_ByANumber_TakesAllButZeroForTrue()
    {
        var builder = new ModuleBuilder();
        builder.Function("f", I32I32, I32, Op.LocalGet, 1, Op.I32Const, 9, Op.LocalGet, 0, SelectCode);
        Assert.All(Numbers, number => Assert.Equal(number == 0 ? 9 : 44, Guest.Run(builder, "f", number, 44)));
    }

    [Fact]
    public void Comparison_OfALocal_ThatIsWrittenBeforeTheBranch_SeesTheOldValue()
    {
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32I32, I32,
            Op.LocalGet, 0, Op.LocalGet, 1, Op.I32LtS, Op.LocalGet, 0, Op.I32Const, 1, Op.I32Add, Op.LocalSet, 0, Op.LocalGet, 0, Op.LocalSet, 1,
            Op.If, Op.TypeI32, Op.LocalGet, 1, Op.Else, Op.I32Const, 0, Op.LocalGet, 1, Op.I32Sub, Op.End);
        Assert.Equal(4, Guest.Run(builder, "f", 3, 4));
        Assert.Equal(-5, Guest.Run(builder, "f", 4, 4));
    }
}
