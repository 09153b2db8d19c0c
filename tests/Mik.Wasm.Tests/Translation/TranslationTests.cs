namespace Mik.Wasm.Tests.Translation;

public sealed class TranslationTests
{
    private static readonly byte[] I32 = [Op.TypeI32];

    [Fact]
    public void Call_Recursive_GivesFibonacci()
    {
        var builder = new ModuleBuilder();
        builder.Function(
            "fib", I32, I32,
            Op.LocalGet, 0, Op.I32Const, 2, Op.I32LtS,
            Op.If, Op.TypeI32, Op.LocalGet, 0,
            Op.Else,
            Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.Call, 0,
            Op.LocalGet, 0, Op.I32Const, 2, Op.I32Sub, Op.Call, 0,
            Op.I32Add,
            Op.End);
        Assert.Equal(6765, Guest.Run(builder, "fib", 20));
    }

    [Fact]
    public void LocalSet_WithPendingRead_ReadsTheOldValue()
    {
        var builder = new ModuleBuilder();
        builder.Function(
            "swap", I32, I32,
            Op.LocalGet, 0, Op.I32Const, 3, Op.I32Mul, Op.I32Const, 7, Op.LocalSet, 0, Op.LocalGet, 0, Op.I32Sub);
        Assert.Equal(23, Guest.Run(builder, "swap", 10));
    }

    [Fact]
    public void If_EndedByAnUnreachableInnerBlock_DropsWhatWasBelowIt()
    {
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32, I32,
            Op.Block, Op.Empty,
            Op.I32Const, 9, Op.LocalGet, 0,
            Op.If, Op.Empty, Op.I32Const, 3, Op.Block, Op.Empty, Op.Br, 2, Op.End, Op.Drop, Op.End,
            Op.Return,
            Op.End,
            Op.I32Const, 8);
        Assert.Equal(9, Guest.Run(builder, "f", 0));
        Assert.Equal(8, Guest.Run(builder, "f", 1));
    }
}
