using System.Runtime.CompilerServices;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;

namespace Mik.Wasm.Tests.Translation;

/// <summary>Traps, interruption, names and unloading of emitted code.</summary>
public sealed class SafetyTests
{
    private static readonly byte[] I32 = [Op.TypeI32];
    private static readonly byte[] TwoI32 = [Op.TypeI32, Op.TypeI32];

    [Theory]
    [InlineData(0, 65_532, true)]
    [InlineData(0, 65_533, false)]
    [InlineData(0, -1, false)]
    [InlineData(65_532, 0, true)]
    [InlineData(65_533, 0, false)]
    [InlineData(int.MaxValue, 65_536, false)]
    [InlineData(-1, 1, false)]
    [InlineData(-1, -1, false)]
    public void Load_AtTheEdge_TrapsExactlyBeyondIt(int offset, int address, bool isInBounds)
    {
        var builder = new ModuleBuilder();
        builder.Memory(1, 2);
        builder.Function("f", I32, I32, [Op.LocalGet, 0, Op.I32Load, 0, .. ModuleBuilder.Unsigned(offset)]);
        if (isInBounds)
        {
            Assert.Equal(0, Guest.Run(builder, "f", address));
        }
        else
        {
            AssertTrap(TrapKind.OutOfBoundsMemoryAccess, builder, "f", address);
        }
    }

    [Fact]
    public void Store_BelowACheckedOne_NeedsNoCheckButAboveItTraps()
    {
        var builder = new ModuleBuilder();
        builder.Memory(1, 1);
        builder.Function(
            "f", I32, [],
            Op.LocalGet, 0, Op.I32Const, 1, Op.I32Store, 0, 8,
            Op.LocalGet, 0, Op.I32Const, 2, Op.I32Store, 0, 4,
            Op.LocalGet, 0, Op.I32Const, 3, Op.I32Store, 0, 12);
        using var store = new Store();
        var instance = Guest.Instantiate(builder, store);
        Guest.Run(instance, "f", 65_520);
        Assert.Equal(
            TrapKind.OutOfBoundsMemoryAccess, Assert.Throws<Trap>(() => Guest.Run(instance, "f", 65_524)).Kind);
    }

    [Fact]
    public void Check_OfAnEarlierValueOfTheLocal_IsNotTrusted()
    {
        var builder = new ModuleBuilder();
        builder.Memory(1, 1);
        builder.Function(
            "f", TwoI32, I32,
            Op.LocalGet, 0, Op.I32Load, 0, 0, Op.Drop,
            Op.LocalGet, 1, Op.LocalSet, 0,
            Op.LocalGet, 0, Op.I32Load, 0, 0);
        AssertTrap(TrapKind.OutOfBoundsMemoryAccess, builder, "f", 0, 70_000);
    }

    [Fact]
    public void Check_OnOneWay_IsNotTrustedWhereWaysMeet()
    {
        var builder = new ModuleBuilder();
        builder.Memory(1, 1);
        builder.Function(
            "f", TwoI32, I32,
            Op.LocalGet, 1, Op.If, Op.Empty, Op.LocalGet, 0, Op.I32Load, 0, 0, Op.Drop, Op.End,
            Op.LocalGet, 0, Op.I32Load, 0, 0);
        AssertTrap(TrapKind.OutOfBoundsMemoryAccess, builder, "f", 70_000, 0);
    }

    [Fact]
    public void Load_AfterTheMemoryGrew_SeesTheNewLength()
    {
        var builder = new ModuleBuilder();
        builder.Memory(1, 3);
        var grow = builder.Function("grow", [], [], Op.I32Const, 1, 0x40, 0, Op.Drop);
        builder.Function(
            "f", I32, I32,
            Op.LocalGet, 0, Op.I32Const, 7, Op.I32Sub, Op.I32Load, 0, 0, Op.Drop,
            Op.Call, (byte)grow, Op.I32Const, 1, 0x40, 0, Op.Drop,
            Op.LocalGet, 0, Op.I32Const, 9, Op.I32Store, 0, 0,
            Op.LocalGet, 0, Op.I32Load, 0, 0);
        // Grown by a callee and by the function itself, between two accesses of one run of code.
        AssertTrap(TrapKind.OutOfBoundsMemoryAccess, builder, "f", (3 * 65_536) - 4);
        Assert.Equal(9, Guest.Run(builder, "f", 65_536));
    }

    [Fact]
    public void Loop_Endless_CanBeInterrupted()
    {
        var builder = new ModuleBuilder();
        builder.Function("f", [], [], Op.Loop, Op.Empty, Op.Br, 0, Op.End);
        using var store = new Store();
        var instance = Guest.Instantiate(builder, store);
        using var timer = new Timer(_ => store.Interrupt("enough"), null, 50, Timeout.Infinite);
        Assert.Equal(TrapKind.Interrupted, Assert.Throws<Trap>(() => Guest.Run(instance, "f")).Kind);
    }

    [Fact]
    public void Recursion_Endless_ExhaustsTheStackOnly()
    {
        var builder = new ModuleBuilder();
        builder.Function("f", I32, I32, Op.LocalGet, 0, Op.Call, 0, Op.I32Const, 1, Op.I32Add);
        using var store = new Store();
        var instance = Guest.Instantiate(builder, store);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(TrapKind.CallStackExhausted, Assert.Throws<Trap>(() => Guest.Run(instance, "f", 1)).Kind);
        }
    }

    [Fact]
    public void Division_SpecialOperands_TrapOrGiveZero()
    {
        var builder = new ModuleBuilder();
        builder.Function("div", TwoI32, I32, Op.LocalGet, 0, Op.LocalGet, 1, Op.I32DivS);
        builder.Function("rem", TwoI32, I32, Op.LocalGet, 0, Op.LocalGet, 1, Op.I32RemS);
        AssertTrap(TrapKind.IntegerDivideByZero, builder, "div", 1, 0);
        AssertTrap(TrapKind.IntegerDivideByZero, builder, "rem", 1, 0);
        AssertTrap(TrapKind.IntegerOverflow, builder, "div", int.MinValue, -1);
        Assert.Equal(0, Guest.Run(builder, "rem", int.MinValue, -1));
        Assert.Equal(-1, Guest.Run(builder, "rem", -7, 2));
    }

    [Fact]
    public void FloatConstant_SignallingNaN_KeepsItsBits()
    {
        var builder = new ModuleBuilder();
        builder.Function("f", [], I32, Op.F32Const, 0x00, 0x00, 0xA0, 0x7F, Op.I32ReinterpretF32);
        Assert.Equal(0x7FA0_0000, Guest.Run(builder, "f"));
    }

    [Fact]
    public void CallIndirect_EachFault_HasItsTrap()
    {
        var builder = new ModuleBuilder();
        var none = builder.Type([], []);
        var other = builder.Function("other", I32, [], Op.Unreachable);
        builder.Function("f", I32, [], Op.LocalGet, 0, Op.CallIndirect, (byte)none, 0);
        builder.Table(3);
        builder.Elements(1, other);
        AssertTrap(TrapKind.UninitializedElement, builder, "f", 0);
        AssertTrap(TrapKind.IndirectCallTypeMismatch, builder, "f", 1);
        AssertTrap(TrapKind.UndefinedElement, builder, "f", 3);
        AssertTrap(TrapKind.UndefinedElement, builder, "f", -1);
        AssertTrap(TrapKind.Unreachable, builder, "other", 0);
    }

    [Fact]
    public void Trap_StackTrace_NamesTheGuestsFunctions()
    {
        var builder = new ModuleBuilder();
        builder.Function("inner function", [], [], Op.Unreachable);
        builder.Function("outer", [], [], Op.Call, 0, Op.Call, 0);
        var trap = Assert.Throws<Trap>(() => Guest.Run(builder, "outer"));
        Assert.Contains("inner function", trap.StackTrace, StringComparison.Ordinal);
        Assert.Contains("outer", trap.StackTrace, StringComparison.Ordinal);
        Assert.DoesNotContain("ThrowUnreachable", trap.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_WithoutUsers_IsUnloaded()
    {
        var references = Enumerable.Range(0, 20).Select(_ => CompileRunAndForget()).ToArray();
        for (var i = 0; i < 20 && references.Any(reference => reference.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.True(references.Count(reference => reference.IsAlive) <= 1, "emitted code stays loaded");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CompileRunAndForget()
    {
        var builder = new ModuleBuilder();
        builder.Function("f", I32, I32, Op.LocalGet, 0, Op.I32Const, 1, Op.I32Add);
        var module = CompiledModule.Compile(builder.ToModule());
        using var store = new Store();
        Assert.Equal(2, Guest.Run(module.Instantiate(store), "f", 1));
        return new WeakReference(((Mik.Wasm.Translation.TranslatedModule)module.Template.Code).Type);
    }

    private static void AssertTrap(TrapKind kind, ModuleBuilder builder, string function, params int[] arguments) =>
        Assert.Equal(kind, Assert.Throws<Trap>(() => Guest.Run(builder, function, arguments)).Kind);
}
