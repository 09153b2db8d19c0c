using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Tests.Translation;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.Execution;

/// <summary>Exceptions of guests: at the border to the host, without end, and beside modules that know nothing of them.</summary>
public sealed class ExceptionTests
{
    private const byte Throw = 0x08;
    private const byte ThrowRef = 0x0A;
    private const byte TryTable = 0x1F;
    private const byte ExnRef = 0x69;

    private static readonly byte[] Nothing = [];
    private static readonly byte[] OneInt = [Op.TypeI32];

    [Fact]
    public void Invoke_OfAFunctionThatThrows_GivesTagValuesAndThrower()
    {
        using var store = new Store();
        var instance = Guest.Instantiate(Thrower(), store);

        for (var i = 0; i < 2; i++)
        {
            var exception = Assert.Throws<GuestException>(() => Guest.Run(instance, "throw", 42 + i));
            Assert.Equal(42 + i, exception.Values.Single().AsI32);
            Assert.Equal(instance.GetExport("tag"), exception.Tag, Same);
            Assert.Equal("uncaught exception thrown in throw", exception.Message);
        }
        Assert.Equal(7, Guest.Run(instance, "catch", 7));
    }

    [Theory]
    [InlineData("outer", "origin")]
    [InlineData("busy", "origin")]
    [InlineData("again", "last")]
    public void Invoke_OfAFunctionThatThrowsAgain_NamesTheFirstThrower(string name, string thrower)
    {
        using var store = new Store();
        var builder = new ModuleBuilder();
        builder.Tag(builder.Type(Nothing, Nothing));
        byte[] Cleaning(int callee, params byte[] cleanup) =>
            [Op.Block, ExnRef, TryTable, Op.Empty, 1, 3, 0, Op.Call, (byte)callee, Op.End, Op.Return, Op.End, .. cleanup, ThrowRef];
        var origin = builder.Function("origin", Nothing, Nothing, Throw, 0);
        var cleanup = builder.Function("cleanup", Nothing, Nothing, Cleaning(origin));
        builder.Function("outer", Nothing, Nothing, Cleaning(cleanup));
        // Another exception is thrown and caught before the first one goes on.
        var other = builder.Function("other", Nothing, Nothing, Throw, 0);
        byte[] thrown = [Op.Block, Op.Empty, TryTable, Op.Empty, 1, 2, 0, Op.Call, (byte)other, Op.End, Op.End];
        builder.Function("busy", Nothing, Nothing, Cleaning(cleanup, thrown));
        builder.Function("again", Nothing, Nothing, [.. Cleaning(cleanup)[..^1], Op.Drop, Op.Call, (byte)(other + 3)]);
        builder.Function("last", Nothing, Nothing, Throw, 0);

        var exception = Assert.Throws<GuestException>(() => Guest.Run(Guest.Instantiate(builder, store), name));

        Assert.Equal(thrower, exception.Thrower);
        Assert.Equal($"uncaught exception thrown in {thrower}", exception.Message);
    }

    [Fact]
    public void Catch_OfAnExceptionOfTheHost_GetsItsValues()
    {
        using var store = new Store();
        var builder = new ModuleBuilder();
        var type = builder.Type(Nothing, Nothing);
        var host = builder.ImportFunction("host", "throw", type);
        builder.Tag(builder.Type(OneInt, Nothing), "tag");
        builder.Function("catch", Nothing, OneInt, [Op.Block, Op.TypeI32, TryTable, Op.Empty, 1, 0, 0, 0, Op.Call, (byte)host, Op.End, Op.I32Const, 1, Op.End]);
        TagInstance? tag = null;
        var function = HostFunction.Create(store, new FunctionType([], []), (_, _) => throw new GuestException(tag!, WasmValue.I32(99)));
        var instance = Guest.Instantiate(builder, store, _ => function);
        tag = (TagInstance)instance.GetExport("tag")!;

        Assert.Equal(99, Guest.Run(instance, "catch"));
    }

    [Fact]
    public void Throw_ThroughManyFrames_ReachesTheHandler()
    {
        var builder = new ModuleBuilder();
        builder.Tag(builder.Type(OneInt, Nothing));
        var deep = builder.Function(
            "deep", OneInt, OneInt,
            [
                Op.LocalGet, 0, Op.I32Eqz, Op.If, Op.Empty, Op.I32Const, 5, Throw, 0, Op.End,
                Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.Call, 0, Op.I32Const, 1, Op.I32Add,
            ]);
        builder.Function(
            "run", OneInt, OneInt, [Op.Block, Op.TypeI32, TryTable, Op.TypeI32, 1, 0, 0, 0, Op.LocalGet, 0, Op.Call, (byte)deep, Op.End, Op.End]);

        Assert.Equal(5, Guest.Run(builder, "run", 1000));
    }

    [Fact]
    public void Throw_WithoutEnd_IsInterrupted()
    {
        using var store = new Store();
        var instance = Guest.Instantiate(Forever(), store);
        using var timer = new Timer(_ => store.Interrupt("enough"), null, 50, Timeout.Infinite);

        Assert.Equal(TrapKind.Interrupted, Assert.Throws<Trap>(() => Guest.Run(instance, "forever")).Kind);
    }

    [Fact]
    public void Throw_OfExceptionsThatAreKept_IsLimited()
    {
        using var store = new Store(new ExecutionLimits { MemoryBytes = 8 << 20, TableElements = 100_000_000 });
        var builder = new ModuleBuilder();
        builder.Tag(builder.Type([.. Enumerable.Repeat(Op.TypeI64, 100)], Nothing));
        builder.TableOf(ExnRef, 0, 0);
        byte[] values = [.. Enumerable.Repeat((byte[])[Op.I64Const, 1], 100).SelectMany(value => value)];
        builder.Function(
            "keep", Nothing, Nothing,
            [
                Op.Loop, Op.Empty, Op.Block, ExnRef, TryTable, Op.Empty, 1, 3, 0, .. values, Throw, 0, Op.End, Op.Unreachable, Op.End,
                Op.I32Const, 1, 0xFC, 0x0F, 0, Op.Drop, Op.Br, 0, Op.End,
            ]);
        var instance = Guest.Instantiate(builder, store);

        var trap = Assert.Throws<Trap>(() => Guest.Run(instance, "keep"));

        Assert.Equal(LimitedResource.Objects, trap.Limit);
        Assert.InRange(store.Budget.Used, 6 << 20, 8 << 20);
    }

    [Fact]
    public void Throw_OfExceptionsThatAreDropped_GoesOn()
    {
        using var store = new Store(new ExecutionLimits { MemoryBytes = 2 << 20 });
        var builder = new ModuleBuilder();
        builder.Tag(builder.Type(OneInt, Nothing));
        builder.Function(
            "many", OneInt, OneInt,
            [
                Op.Loop, Op.Empty, Op.Block, Op.TypeI32, TryTable, Op.Empty, 1, 0, 0, 0, Op.LocalGet, 0, Throw, 0, Op.End, Op.Unreachable, Op.End,
                Op.I32Const, 1, Op.I32Sub, Op.LocalTee, 0, Op.BrIf, 0, Op.End, Op.LocalGet, 0,
            ]);

        Assert.Equal(0, Guest.Run(Guest.Instantiate(builder, store), "many", 500_000));
    }

    [Fact]
    public void Instantiate_BesideAModuleThatKnowsNoExceptions_IsRefused()
    {
        using var store = new Store();
        var plain = new ModuleBuilder();
        plain.Function("f", Nothing, OneInt, [Op.I32Const, 1]);
        Guest.Instantiate(plain, store);

        Assert.Throws<LinkException>(() => Guest.Instantiate(Thrower(), store));

        using var other = new Store();
        Guest.Instantiate(Thrower(), other);
        Assert.Throws<LinkException>(() => Guest.Instantiate(plain, other));
        Assert.Equal(1, Guest.Run(CompiledModule.Compile(plain.ToModule(), exceptions: true).Instantiate(other), "f"));
    }

    [Fact]
    public void Load_LegacyExceptions_IsRefusedWithTheWayOut()
    {
        var error = Assert.Throws<InvalidModuleException>(() => WasmModule.Load(ModuleBytes.WithFunction([], [], 0x06, 0x40)));

        Assert.Contains("-wasm-use-legacy-eh=false", error.Reason, StringComparison.Ordinal);
        Assert.Contains("--translate-to-exnref", error.Reason, StringComparison.Ordinal);
    }

    private static bool Same(ExternalValue? one, ExternalValue? other) => ReferenceEquals(one, other);

    private static ModuleBuilder Thrower()
    {
        var builder = new ModuleBuilder();
        builder.Tag(builder.Type(OneInt, Nothing), "tag");
        var thrower = builder.Function("throw", OneInt, OneInt, [Op.LocalGet, 0, Throw, 0]);
        builder.Function(
            "catch", OneInt, OneInt, [Op.Block, Op.TypeI32, TryTable, Op.TypeI32, 1, 0, 0, 0, Op.LocalGet, 0, Op.Call, (byte)thrower, Op.End, Op.End]);
        return builder;
    }

    private static ModuleBuilder Forever()
    {
        var builder = new ModuleBuilder();
        builder.Tag(builder.Type(Nothing, Nothing));
        var thrower = builder.Function("", Nothing, Nothing, [Throw, 0]);
        builder.Function(
            "forever", Nothing, Nothing, [Op.Loop, Op.Empty, TryTable, Op.Empty, 1, 2, 0, Op.Call, (byte)thrower, Op.End, Op.End]);
        return builder;
    }
}
