using Mik.Wasm.Execution;

namespace Mik.Wasm.Tests.Translation;

public sealed class TailCallTests
{
    private const byte ReturnCall = 0x12;
    private const byte ReturnCallIndirect = 0x13;
    private static readonly byte[] I32 = [Op.TypeI32];

    [Fact]
    public void ReturnCall_MillionTimes_NeedsNoStack()
    {
        var builder = new ModuleBuilder();
        builder.Function(
            "f", [Op.TypeI32, Op.TypeI32], I32,
            Op.LocalGet, 0, Op.I32Eqz, Op.If, Op.Empty, Op.LocalGet, 1, Op.Return, Op.End,
            Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.LocalGet, 1, Op.I32Const, 3, Op.I32Add, ReturnCall, 0);
        Assert.Equal(3_000_000, Guest.Run(builder, "f", 1_000_000, 0));
    }

    [Fact]
    public void ReturnCall_TenMillionTimesBetweenCallsWithSeveralResults_NeedsNoStack()
    {
        var builder = new ModuleBuilder();
        var pair = builder.Type(I32, [Op.TypeI32, Op.TypeI64]);
        builder.Function("pair", pair, [], Op.LocalGet, 0, Op.I64Const, 7);
        builder.Function(
            "f", [Op.TypeI32, Op.TypeI32], I32,
            Op.LocalGet, 0, Op.I32Eqz, Op.If, Op.Empty, Op.LocalGet, 1, Op.Return, Op.End,
            Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub,
            Op.LocalGet, 1, Op.Call, 0, 0xA7, Op.I32Add,
            ReturnCall, 1);
        Assert.Equal(70_000_000, Guest.Run(builder, "f", 10_000_000, 0));
    }

    [Fact]
    public void ReturnCallIndirect_TenMillionTimes_NeedsNoStack()
    {
        var builder = new ModuleBuilder();
        var type = builder.Type(I32, I32);
        var self = builder.Function(
            "f", type, [],
            Op.LocalGet, 0, Op.I32Eqz, Op.If, Op.Empty, Op.I32Const, 9, Op.Return, Op.End,
            Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.I32Const, 0, ReturnCallIndirect, (byte)type, 0);
        builder.Table(1);
        builder.Elements(0, self);
        Assert.Equal(9, Guest.Run(builder, "f", 10_000_000));
    }

    [Fact]
    public void ReturnCall_ManyMoreParametersThanTheCaller_NeedsNoStack()
    {
        const int Count = 20;
        var builder = new ModuleBuilder();
        var many = Enumerable.Repeat(Op.TypeI32, Count).ToArray();
        builder.Function(
            "f", I32, I32,
            [
                Op.LocalGet, 0, Op.I32Eqz, Op.If, Op.Empty, Op.I32Const, 5, Op.Return, Op.End,
                .. Enumerable.Range(0, Count).SelectMany(_ => (byte[])[Op.LocalGet, 0]), ReturnCall, 1,
            ]);
        builder.Function("g", many, I32, Op.LocalGet, Count - 1, Op.I32Const, 1, Op.I32Sub, ReturnCall, 0);
        Assert.Equal(5, Guest.Run(builder, "f", 100_000));
    }

    [Fact]
    public void ReturnCallIndirect_SeveralResults_PassesThem()
    {
        var builder = new ModuleBuilder();
        var pair = builder.Type(I32, [Op.TypeI32, Op.TypeI64]);
        var callee = builder.Function("pair", pair, [], Op.LocalGet, 0, Op.I64Const, 7);
        builder.Function(
            "jump", pair, [], Op.LocalGet, 0, Op.I32Const, 0, ReturnCallIndirect, (byte)pair, 0);
        builder.Function("f", I32, I32, Op.LocalGet, 0, Op.Call, 1, 0xA7, Op.I32Add);
        builder.Table(1);
        builder.Elements(0, callee);
        Assert.Equal(12, Guest.Run(builder, "f", 5));
    }

    [Fact]
    public void ReturnCall_Endless_CanBeInterrupted()
    {
        var builder = new ModuleBuilder();
        builder.Function("f", [], [], ReturnCall, 0);
        using var store = new Store();
        var instance = Guest.Instantiate(builder, store);
        using var timer = new Timer(_ => store.Interrupt("enough"), null, 50, Timeout.Infinite);
        Assert.Equal(TrapKind.Interrupted, Assert.Throws<Trap>(() => Guest.Run(instance, "f")).Kind);
    }
}
