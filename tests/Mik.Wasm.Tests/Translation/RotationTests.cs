using Mik.Wasm.Execution;

namespace Mik.Wasm.Tests.Translation;

/// <summary>A rotated zero is zero to whatever asks; RyuJIT of .NET 10 alone would say otherwise.</summary>
public sealed class RotationTests
{
    private const byte I32Rotl = 0x77;
    private const byte I32Rotr = 0x78;
    private const byte I64Rotl = 0x89;
    private const byte Wrap = 0xA7;
    private const byte Extend = 0xAD;

    private static readonly byte[] I32 = [Op.TypeI32];

    private static readonly (string Name, byte[] Code)[] Rotations =
    [
        ("left", [Op.LocalGet, 0, Op.I32Const, 5, I32Rotl]),
        ("right", [Op.LocalGet, 0, Op.I32Const, 8, I32Rotr]),
        ("64 bits", [Op.LocalGet, 0, Extend, Op.I64Const, 9, I64Rotl, Wrap]),
        ("shifts", [Op.LocalGet, 0, Op.I32Const, 3, 0x74, Op.LocalGet, 0, Op.I32Const, 29, 0x76, 0x72]),
        ("shifts, xor", [Op.LocalGet, 0, Op.I32Const, 3, 0x74, Op.LocalGet, 0, Op.I32Const, 29, 0x76, Op.I32Xor]),
        ("loaded", [Op.LocalGet, 0, Op.I32Load, 2, 0, Op.I32Const, 5, I32Rotl]),
        ("through a local", [Op.LocalGet, 0, Op.I32Const, 5, I32Rotl, Op.LocalSet, 0, Op.LocalGet, 0]),
        ("by a known amount", [Op.I32Const, 5, Op.LocalSet, 1, Op.LocalGet, 0, Op.LocalGet, 1, I32Rotl]),
        ("by an amount in a local", [Op.I32Const, 3, Op.LocalSet, 1, Op.LocalGet, 0, Op.LocalGet, 1, 0x74, Op.LocalGet, 0, Op.I32Const, 29, 0x76, 0x72]),
        ("less nothing", [Op.I32Const, 0, Op.LocalSet, 1, Op.LocalGet, 0, Op.I32Const, 5, I32Rotl, Op.LocalGet, 1, Op.I32Sub]),
        ("out of a block", [Op.Block, Op.TypeI32, Op.LocalGet, 0, Op.I32Const, 5, I32Rotl, Op.End]),
        ("through two locals", [Op.LocalGet, 0, Op.I32Const, 5, I32Rotl, Op.LocalSet, 0, Op.LocalGet, 0, Op.LocalSet, 1, Op.LocalGet, 1]),
        ("selected", [Op.LocalGet, 0, Op.I32Const, 5, I32Rotl, Op.I32Const, 9, Op.I32Const, 1, 0x1B]),
        ("returned", [Op.LocalGet, 0, Op.Call, 0]),
        ("one shift in a callee", [Op.LocalGet, 0, Op.I32Const, 8, 0x74, Op.LocalGet, 0, Op.Call, 2, 0x72]),
        ("two shifts in callees", [Op.LocalGet, 0, Op.Call, 3, Op.LocalGet, 0, Op.Call, 2, 0x72]),
    ];

    // Each gives 1 for a zero on the stack.
    private static readonly (string Name, byte[] Code)[] Questions =
    [
        ("eqz", [Op.I32Eqz]),
        ("eq 0", [Op.I32Const, 0, 0x46]),
        ("0 eq", [Op.LocalSet, 1, Op.I32Const, 0, Op.LocalGet, 1, 0x46]),
        ("lt_u 1", [Op.I32Const, 1, Op.I32LtU]),
        ("ge_s 0 and le_s 0", [Op.LocalTee, 1, Op.I32Const, 0, 0x4E, Op.LocalGet, 1, Op.I32Const, 0, 0x4C, 0x71]),
        ("if", [Op.If, Op.TypeI32, Op.I32Const, 0, Op.Else, Op.I32Const, 1, Op.End]),
        ("if eqz", [Op.I32Eqz, Op.If, Op.TypeI32, Op.I32Const, 1, Op.Else, Op.I32Const, 0, Op.End]),
        ("br_if", [Op.LocalSet, 1, Op.I32Const, 0, Op.LocalGet, 1, Op.BrIf, 0, Op.Drop, Op.I32Const, 1]),
        ("select", [Op.LocalSet, 1, Op.I32Const, 0, Op.I32Const, 1, Op.LocalGet, 1, 0x1B]),
        ("br_table", [Op.LocalSet, 1, Op.Block, Op.Empty, Op.LocalGet, 1, Op.BrTable, 1, 0, 0, Op.End, Op.LocalGet, 1, Op.I32Eqz]),
        ("callee", [Op.Call, 1]),
    ];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var rotation in Rotations)
        {
            foreach (var question in Questions)
            {
                cases.Add(rotation.Name, question.Name);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RotatedZero_InAnyQuestion_IsZero(string rotation, string question)
    {
        var builder = new ModuleBuilder();
        builder.Memory(1);
        builder.Function("rotates", I32, I32, Op.LocalGet, 0, Op.I32Const, 7, I32Rotl);
        builder.Function("is zero", I32, I32, Op.LocalGet, 0, Op.I32Eqz);
        builder.Function("shifts right", I32, I32, Op.LocalGet, 0, Op.I32Const, 24, 0x76);
        builder.Function("shifts left", I32, I32, Op.LocalGet, 0, Op.I32Const, 8, 0x74);
        builder.Function(
            "f", builder.Type(I32, I32), [(1, Op.TypeI32)],
            [.. Rotations.First(item => item.Name == rotation).Code, .. Questions.First(item => item.Name == question).Code]);
        Assert.Equal(1, Guest.Run(builder, "f", 0));
    }

    [Fact]
    public void Division_ByARotatedZero_Traps()
    {
        var builder = new ModuleBuilder();
        builder.Function("f", I32, I32, Op.I32Const, 7, Op.LocalGet, 0, Op.I32Const, 7, I32Rotl, Op.I32DivS);
        var trap = Assert.Throws<Trap>(() => Guest.Run(builder, "f", 0));
        Assert.Equal(TrapKind.IntegerDivideByZero, trap.Kind);
    }
}
