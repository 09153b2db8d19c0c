using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Translation;

namespace Mik.Wasm.Tests.Translation;

/// <summary>Functions that no compiler of a sane language makes, but that are valid.</summary>
public sealed class ExtremeShapeTests
{
    private static readonly byte[] None = [];
    private static readonly byte[] I32 = [Op.TypeI32];

    [Fact]
    public void Function_TwentyThousandLocals_Runs()
    {
        var builder = new ModuleBuilder();
        var type = builder.Type(I32, I32);
        builder.Function(
            "f", type, [(20_000, Op.TypeI32), (5000, Op.TypeI64)],
            [
                Op.LocalGet, 0, Op.LocalSet, .. ModuleBuilder.Unsigned(19_999),
                Op.LocalGet, .. ModuleBuilder.Unsigned(19_999), Op.LocalGet, .. ModuleBuilder.Unsigned(19_998), Op.I32Add,
            ]);
        Assert.Equal(7, Guest.Run(builder, "f", 7));
    }

    [Fact]
    public void BranchTable_TenThousandTargets_TakesEach()
    {
        const int Cases = 10_000;
        var builder = new ModuleBuilder();
        // Even indices leave the inner block, odd ones the outer.
        builder.Function(
            "f", I32, I32,
            [
                Op.Block, Op.Empty, Op.Block, Op.Empty,
                Op.LocalGet, 0, Op.BrTable, .. ModuleBuilder.Unsigned(Cases),
                .. Enumerable.Range(0, Cases).Select(i => (byte)(i & 1)), 1,
                Op.End, Op.I32Const, 2, Op.Return,
                Op.End, Op.I32Const, 1,
            ]);
        Assert.Equal(2, Guest.Run(builder, "f", 9998));
        Assert.Equal(1, Guest.Run(builder, "f", 9999));
        Assert.Equal(1, Guest.Run(builder, "f", -1));
    }

    [Fact]
    public void Blocks_NestedTenThousandDeep_BranchOut()
    {
        const int Depth = 10_000;
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32, I32,
            [
                .. Enumerable.Repeat<byte[]>([Op.Block, Op.Empty], Depth).SelectMany(code => code),
                Op.LocalGet, 0, Op.BrIf, .. ModuleBuilder.Unsigned(Depth - 1),
                .. Enumerable.Repeat(Op.End, Depth - 1), Op.I32Const, 5, Op.Return, Op.End,
                Op.I32Const, 6,
            ]);
        Assert.Equal(5, Guest.Run(builder, "f", 0));
        Assert.Equal(6, Guest.Run(builder, "f", 1));
    }

    [Fact]
    public void Loops_NestedThousandDeep_Run()
    {
        const int Depth = 1000;
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32, I32,
            [
                .. Enumerable.Repeat<byte[]>([Op.Loop, Op.TypeI32], Depth).SelectMany(code => code),
                Op.LocalGet, 0, .. Enumerable.Repeat(Op.End, Depth),
            ]);
        Assert.Equal(42, Guest.Run(builder, "f", 42));
    }

    [Fact]
    public void Loops_NestedBeyondTheLimit_AreRefused()
    {
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32, I32,
            [
                .. Enumerable.Repeat<byte[]>([Op.Loop, Op.TypeI32], 1001).SelectMany(code => code),
                Op.LocalGet, 0, .. Enumerable.Repeat(Op.End, 1001),
            ]);
        var exception = Assert.Throws<InvalidModuleException>(() => Guest.Run(builder, "f", 42));
        Assert.Contains("loops are nested deeper than the limit of 1000", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loop_ManyBranchesBack_TakesEachOfThem()
    {
        const int Count = 20_000;
        var builder = new ModuleBuilder();
        // Each of the branches goes back while the counter is not its own number; the loop's result falls out at the end.
        builder.Function(
            "f", I32, I32,
            [
                Op.Loop, Op.TypeI32,
                .. Enumerable.Range(1, Count).SelectMany(i => (byte[])
                [
                    Op.LocalGet, 0, Op.I32Const, .. ModuleBuilder.Signed(i), Op.I32LtS,
                    Op.If, Op.Empty, Op.LocalGet, 0, Op.I32Const, .. ModuleBuilder.Signed(Count / 2), Op.I32Add, Op.LocalSet, 0,
                    Op.Br, 1, Op.End,
                ]),
                Op.LocalGet, 0, Op.End,
            ]);
        Assert.Equal(Count, Guest.Run(builder, "f", 0));
    }

    [Fact]
    public void Expression_DeepTree_IsComputed()
    {
        const int Depth = 20_000;
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32, I32,
            [
                .. Enumerable.Repeat<byte[]>([Op.LocalGet, 0], Depth + 1).SelectMany(code => code),
                .. Enumerable.Repeat(Op.I32Add, Depth),
            ]);
        Assert.Equal(Depth + 1, Guest.Run(builder, "f", 1));
    }

    [Fact]
    public void LocalSet_ManyPendingReads_KeepTheOldValues()
    {
        const int Count = 3000;
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32, I32,
            [
                .. Enumerable.Repeat<byte[]>(
                    [Op.LocalGet, 0, Op.LocalGet, 0, Op.I32Const, 1, Op.I32Add, Op.LocalSet, 0], Count).SelectMany(code => code),
                .. Enumerable.Repeat(Op.I32Add, Count - 1),
            ]);
        Assert.Equal(Count * (Count - 1) / 2, Guest.Run(builder, "f", 0));
    }

    [Fact]
    public void Function_ThousandParametersAndResults_PassesThem()
    {
        const int Count = 1000;
        var many = Enumerable.Repeat(Op.TypeI32, Count).ToArray();
        var builder = new ModuleBuilder();
        var wide = builder.Type(many, many);
        var callee = builder.Function(
            "reverse", wide, [],
            [.. Enumerable.Range(0, Count).SelectMany(i => (byte[])[Op.LocalGet, .. ModuleBuilder.Unsigned(Count - 1 - i)])]);
        builder.Function(
            "f", None, I32,
            [
                .. Enumerable.Range(0, Count).SelectMany(i => (byte[])[Op.I32Const, .. ModuleBuilder.Signed(i)]),
                Op.Call, .. ModuleBuilder.Unsigned(callee),
                // The topmost result is parameter 0; subtract the others' differences away down to the last one.
                .. Enumerable.Repeat(Op.Drop, Count - 1),
            ]);
        Assert.Equal(Count - 1, Guest.Run(builder, "f"));
    }

    [Fact]
    public void Block_ThousandResults_PassesThemThroughBranches()
    {
        const int Count = 1000;
        var builder = new ModuleBuilder();
        var wide = builder.Type([], Enumerable.Repeat(Op.TypeI32, Count).ToArray());
        builder.Function(
            "f", I32, I32,
            [
                Op.Block, .. ModuleBuilder.Signed(wide),
                .. Enumerable.Range(0, Count).SelectMany(i => (byte[])[Op.I32Const, .. ModuleBuilder.Signed(i)]),
                Op.LocalGet, 0, Op.BrIf, 0,
                Op.Drop, Op.I32Const, 1, Op.Br, 0,
                Op.End,
                .. Enumerable.Repeat(Op.I32Add, Count - 1),
            ]);
        Assert.Equal(499_500, Guest.Run(builder, "f", 1));
        Assert.Equal(499_500 - 999 + 1, Guest.Run(builder, "f", 0));
    }

    [Fact]
    public void Function_ThousandResultsPassedTooOften_IsRefused()
    {
        var builder = new ModuleBuilder();
        var many = Enumerable.Repeat(Op.TypeI32, 1000).ToArray();
        var wide = builder.Type(many, many);
        builder.Function(
            "f", wide, [],
            [
                .. Enumerable.Range(0, 1000).SelectMany(i => (byte[])[Op.LocalGet, .. ModuleBuilder.Unsigned(i)]),
                .. Enumerable.Repeat<byte[]>([Op.Call, 0], 2000).SelectMany(code => code),
            ]);
        var exception = Assert.Throws<InvalidModuleException>(() => ModuleTranslator.Translate(builder.ToModule()));
        Assert.Contains("function f is too large", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Function_HugeBody_Runs()
    {
        const int Count = 140_000;
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32, I32,
            [
                .. Enumerable.Repeat<byte[]>([Op.LocalGet, 0, Op.I32Const, 3, Op.I32Add, Op.LocalSet, 0], Count)
                    .SelectMany(code => code),
                Op.LocalGet, 0,
            ]);
        Assert.Equal(3 * Count, Guest.Run(builder, "f", 0));
    }

    [Fact]
    public void Function_HugeFrame_TrapsInsteadOfCrashing()
    {
        var builder = new ModuleBuilder();
        var type = builder.Type(I32, I32);
        // Calls itself for ever with 30,000 locals that must survive the call.
        builder.Function(
            "f", type, [(30_000, Op.TypeI64)],
            [
                Op.LocalGet, 0, Op.I32Const, 1, Op.I32Add, Op.Call, 0,
                Op.LocalGet, .. ModuleBuilder.Unsigned(30_000), 0xA7, Op.I32Add,
            ]);
        var trap = Assert.Throws<Trap>(() => Guest.Run(builder, "f", 1));
        Assert.Equal(TrapKind.CallStackExhausted, trap.Kind);
    }

    [Fact]
    public void Function_TooManyLocalsForCil_IsRefusedByName()
    {
        var builder = new ModuleBuilder();
        var type = builder.Type([], I32);
        var callee = builder.Function("one", type, [], Op.I32Const, 1);
        builder.Function(
            "f", type, [(50_000, Op.TypeI32)],
            [
                .. Enumerable.Range(0, 50_000).SelectMany(i => (byte[])[Op.I32Const, 1, Op.LocalSet, .. ModuleBuilder.Unsigned(i)]),
                .. Enumerable.Repeat<byte[]>([Op.Call, .. ModuleBuilder.Unsigned(callee)], 20_000).SelectMany(code => code),
                .. Enumerable.Repeat(Op.I32Add, 19_999),
            ]);
        var exception = Assert.Throws<InvalidModuleException>(() => Guest.Run(builder, "f"));
        Assert.Contains("function f needs too many locals", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Module_FiftyThousandFunctions_CallsAcrossClasses()
    {
        const int Count = 50_000;
        var filler = Enumerable.Repeat(Op.Nop, 30).ToArray();
        var builder = new ModuleBuilder();
        var type = builder.Type(I32, I32);
        builder.Function("code pointers 0", type, [], Op.LocalGet, 0);
        for (var i = 1; i < Count; i++)
        {
            // Each 10,000th calls the one before it, the others only stand between.
            builder.Function(
                "", type, [],
                i % 10_000 == 9999
                    ? [Op.LocalGet, 0, Op.I32Const, 1, Op.I32Add, Op.Call, .. ModuleBuilder.Unsigned(Math.Max(0, i - 10_000))]
                    : [.. filler, Op.LocalGet, 0]);
        }
        builder.Function("f", type, [], [Op.LocalGet, 0, Op.Call, .. ModuleBuilder.Unsigned(Count - 1)]);
        Assert.Equal(5, Guest.Run(builder, "f", 0));
    }
}
