using Mik.Wasm.Execution;

namespace Mik.Wasm.Tests.Translation;

/// <summary>One check for several loads changes nothing that can be seen: what comes before the one that is out of bounds has happened.</summary>
public sealed class LoadRunTests
{
    private const int LastWord = 65_532;
    private static readonly byte[] I32 = [Op.TypeI32];

    [Theory]
    [InlineData(LastWord - 8, true)]
    [InlineData(LastWord - 7, false)]
    [InlineData(LastWord, false)]
    [InlineData(-1, false)]
    public void Loads_FromOneLocal_TrapWhenTheFurthestIsOutOfBounds(int address, bool isInside)
    {
        var builder = new ModuleBuilder();
        builder.Memory(1);
        builder.Function(
            "f", I32, I32,
            Op.LocalGet, 0, Op.I32Load, 0, 0, Op.LocalGet, 0, Op.I32Load, 0, 8, Op.I32Add, Op.LocalGet, 0, Op.I32Load, 0, 4, Op.I32Add);
        Check(isInside, () => Guest.Run(builder, "f", address));
    }

    [Theory]
    [InlineData("store", new byte[] { Op.I32Const, 0, Op.I32Const, 7, Op.I32Store, 0, 0 })]
    [InlineData("global", new byte[] { Op.I32Const, 7, Op.GlobalSet, 0 })]
    [InlineData("block", new byte[] { Op.I32Const, 7, Op.GlobalSet, 0, Op.Block, Op.Empty, Op.End })]
    [InlineData("call", new byte[] { Op.Call, 0 })]
    public void WhatStandsBetweenLoads_HasHappened_WhenTheSecondTraps(string name, byte[] between)
    {
        var builder = new ModuleBuilder();
        builder.Memory(1);
        builder.GlobalI32(0);
        builder.Function("callee", [], [], Op.I32Const, 7, Op.GlobalSet, 0);
        builder.Function(
            "f", I32, I32, [Op.LocalGet, 0, Op.I32Load, 0, 0, Op.Drop, .. between, Op.LocalGet, 0, Op.I32Load, 0, 8]);
        builder.Function("word", [], I32, Op.I32Const, 0, Op.I32Load, 0, 0, Op.GlobalGet, 0, 0x72);
        using var store = new Store();
        var instance = Guest.Instantiate(builder, store);

        Assert.Throws<Trap>(() => Guest.Run(instance, "f", LastWord));

        Assert.True(Guest.Run(instance, "word") == 7, name);
    }

    [Theory]
    [InlineData(LastWord - 8)]
    [InlineData(LastWord)]
    public void Loads_FromALocalThatIsWrittenBetween_AreCheckedEachForItself(int address)
    {
        var builder = new ModuleBuilder();
        builder.Memory(1);
        builder.Function(
            "f", I32, I32, Op.LocalGet, 0, Op.I32Load, 0, 0, Op.I32Const, 0, Op.LocalSet, 0, Op.LocalGet, 0, Op.I32Load, 0, 12, Op.I32Add);
        Assert.Equal(0, Guest.Run(builder, "f", address));
    }

    [Fact]
    public void LoadThatTraps_AfterADivisionByZero_LosesToTheDivision()
    {
        var builder = new ModuleBuilder();
        builder.Memory(1);
        builder.Function(
            "f", I32, I32, Op.LocalGet, 0, Op.I32Load, 0, 0, Op.I32Const, 1, Op.I32Const, 0, Op.I32DivS, Op.I32Add, Op.LocalGet, 0, Op.I32Load, 0, 8,
            Op.I32Add);
        var trap = Assert.Throws<Trap>(() => Guest.Run(builder, "f", LastWord));
        Assert.Equal(TrapKind.IntegerDivideByZero, trap.Kind);
    }

    private static void Check(bool isInside, Func<int> run)
    {
        if (isInside)
        {
            Assert.Equal(0, run());
            return;
        }
        Assert.Equal(TrapKind.OutOfBoundsMemoryAccess, Assert.Throws<Trap>(() => run()).Kind);
    }
}
