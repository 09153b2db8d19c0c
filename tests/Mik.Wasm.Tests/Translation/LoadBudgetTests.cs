using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.Translation;

/// <summary>Modules that are small and mean much: each is refused by the name of its limit before it costs anything, or costs little.</summary>
public sealed class LoadBudgetTests
{
    private static readonly byte[] I32 = [Op.TypeI32];

    // What a load of each may make this process allocate; the bombs among them took gigabytes.
    private const long FewBytes = 100L << 20;

    [Fact]
    public void Load_ManyLocalsThatNobodyNames_CostNothing()
    {
        var builder = new ModuleBuilder();
        var type = builder.Type(I32, I32);
        for (var i = 0; i < 2000; i++)
        {
            // The last of 50,000 is named.
            builder.Function(i == 0 ? "f" : "", type, [(25_000, Op.TypeI64), (24_999, Op.TypeI32)],
                [Op.LocalGet, 0, Op.LocalSet, .. ModuleBuilder.Unsigned(49_999), Op.LocalGet, .. ModuleBuilder.Unsigned(49_999)]);
        }

        Assert.InRange(Allocated(() => Assert.Equal(7, Guest.Run(builder, "f", 7))), 0, FewBytes);
    }

    [Fact]
    public void Load_LocalsOfSeveralTypes_KeepTheirTypes()
    {
        var builder = new ModuleBuilder();
        var type = builder.Type(I32, I32);
        builder.Function("f", type, [(100, Op.TypeI64), (100, Op.TypeI32), (100, Op.TypeF64), (100, Op.TypeI32)],
            [
                Op.LocalGet, 0, Op.LocalSet, .. ModuleBuilder.Unsigned(150), Op.LocalGet, 0, Op.LocalSet, .. ModuleBuilder.Unsigned(400),
                Op.LocalGet, .. ModuleBuilder.Unsigned(50), 0xA7, Op.LocalGet, .. ModuleBuilder.Unsigned(150), Op.I32Add,
                Op.LocalGet, .. ModuleBuilder.Unsigned(400), Op.I32Add, Op.LocalGet, .. ModuleBuilder.Unsigned(399), Op.I32Add,
            ]);

        Assert.Equal(10, Guest.Run(builder, "f", 5));
    }

    [Fact]
    public void Load_MoreFunctionsThanAFileOfItsSizeHas_IsRefused() => Refused(Functions(40_000), "40000 functions, above the limit of 3");

    [Fact]
    public void Load_FunctionTooLargeForTheCompiler_IsRefusedByName()
    {
        var builder = new ModuleBuilder();
        builder.Memory(1);
        builder.Function(
            "f", I32, I32,
            [.. Enumerable.Repeat<byte[]>([Op.LocalGet, 0, Op.I32Load, 2, 0, Op.LocalSet, 0], 100_000).SelectMany(code => code), Op.LocalGet, 0]);

        Refused(builder, "function f is too large: more than the limit of 600000 emitted instructions");
    }

    [Fact]
    public void Load_HugeBranchTables_AreRefused()
    {
        var builder = new ModuleBuilder();
        byte[] table = [Op.Block, Op.Empty, Op.LocalGet, 0, Op.BrTable, .. ModuleBuilder.Unsigned(60_000), .. new byte[60_001], Op.End];
        builder.Function("f", I32, I32, [.. Enumerable.Repeat(table, 20).SelectMany(code => code), Op.LocalGet, 0]);

        Refused(builder, "more than the limit of 600000 emitted instructions");
    }

    [Fact]
    public void Load_SmallCodeThatEmitsMuch_IsRefusedTogether()
    {
        var builder = new ModuleBuilder();
        byte[] many = [.. Enumerable.Repeat(Op.TypeI32, 1000)];
        var wide = builder.Type(many, many);
        byte[] arguments = [.. Enumerable.Range(0, 1000).SelectMany(local => (byte[])[Op.LocalGet, .. ModuleBuilder.Unsigned(local)])];
        for (var i = 0; i < 40; i++)
        {
            // Two bytes pass a thousand arguments and take a thousand results.
            builder.Function("", wide, [], [.. arguments, .. Enumerable.Repeat<byte[]>([Op.Call, 0], 60).SelectMany(code => code)]);
        }

        Refused(builder, " emitted instructions, above the limit of 3");
    }

    [Theory]
    [InlineData(19_999, false)]
    [InlineData(20_001, true)]
    [InlineData(100_000, true)]
    public void Load_NestedIfsWithResults_RunOrAreRefused(int depth, bool isRefused)
    {
        var builder = new ModuleBuilder();
        builder.Function("f", I32, I32,
            [
                .. Enumerable.Repeat<byte[]>([Op.LocalGet, 0, Op.If, Op.TypeI32], depth).SelectMany(code => code), Op.I32Const, 1,
                .. Enumerable.Repeat<byte[]>([Op.Else, Op.I32Const, 2, Op.End], depth).SelectMany(code => code),
            ]);
        if (isRefused)
        {
            Refused(builder, "blocks are nested deeper than the limit of 20000");
        }
        else
        {
            Assert.Equal(2, Guest.Run(builder, "f", 0));
            Assert.Equal(1, Guest.Run(builder, "f", 1));
        }
    }

    [Fact]
    public void Load_ManyTypes_AreRefused()
    {
        var builder = new ModuleBuilder();
        for (var i = 0; i < 11_000; i++)
        {
            builder.Type([], []);
        }

        Refused(builder, "11000 types, above the limit of 10");
    }

    [Fact]
    public void Load_ManyDeclarationsInAFewBytes_AreRefused()
    {
        var builder = new ModuleBuilder();
        for (var i = 0; i < 150_000; i++)
        {
            builder.Type([], []);
        }

        Refused(builder, " bytes of declarations in memory, above the limit of ");
    }

    [Fact]
    public void Load_ElementsThatAreExpressions_AreCounted()
    {
        // A passive segment of 900,000 times (ref.null func).
        byte[] segment = [5, 0x70, .. ModuleBuilder.Unsigned(900_000), .. Enumerable.Repeat<byte[]>([0xD0, 0x70, 0x0B], 900_000).SelectMany(code => code)];
        byte[] contents = [1, .. segment];
        byte[] bytes = [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0, 9, .. ModuleBuilder.Unsigned(contents.Length), .. contents];

        Refused(bytes, " bytes of declarations in memory, above the limit of ");
    }

    [Fact]
    public void Load_WideTypesOfManyFunctions_AreCounted()
    {
        var builder = new ModuleBuilder();
        var wide = builder.Type([.. Enumerable.Repeat(Op.TypeI32, 1000)], []);
        for (var i = 0; i < 5000; i++)
        {
            builder.Function("", wide, []);
        }

        Refused(builder, " bytes of declarations in memory, above the limit of ");
    }

    [Fact]
    public void Load_ManyNames_AreCounted()
    {
        byte[] names = [.. ModuleBuilder.Unsigned(900_000), .. Enumerable.Repeat<byte[]>([1, 0], 900_000).SelectMany(name => name)];
        byte[] section = [4, (byte)'n', (byte)'a', (byte)'m', (byte)'e', 1, .. ModuleBuilder.Unsigned(names.Length), .. names];
        byte[] bytes = [.. Functions(3).ToBytes(), 0, .. ModuleBuilder.Unsigned(section.Length), .. section];

        Refused(bytes, " bytes of declarations in memory, above the limit of ");
    }

    [Fact]
    public void Compile_LongFunctions_AreMachineCodeBeforeTheFirstCall()
    {
        var builder = new ModuleBuilder();
        builder.Function(
            "f", I32, I32,
            [.. Enumerable.Repeat<byte[]>([Op.LocalGet, 0, Op.I32Const, 3, Op.I32Add, Op.LocalSet, 0], 70_000).SelectMany(code => code), Op.LocalGet, 0]);
        var module = builder.ToModule();
        var before = System.Runtime.JitInfo.GetCompiledILBytes();

        var compiled = CompiledModule.Compile(module);

        Assert.InRange(System.Runtime.JitInfo.GetCompiledILBytes() - before, 250_000, long.MaxValue);
        using var store = new Store();
        Assert.Equal(210_000, Guest.Run(compiled.Instantiate(store), "f", 0));
    }

    [Fact]
    public async Task Load_Cancelled_EndsAtEachStage()
    {
        using var source = new CancellationTokenSource();
        var bytes = Functions(10).ToBytes();
        var module = WasmModule.Load(bytes, budget: new LoadBudget(bytes.Length, source.Token));

        await source.CancelAsync();

        Assert.Throws<OperationCanceledException>(() => WasmModule.Load(bytes, budget: new LoadBudget(bytes.Length, source.Token)));
        Assert.Throws<OperationCanceledException>(() => CompiledModule.Compile(module));
    }

    [Fact]
    public void Compile_OneModuleOften_IsNoSum()
    {
        var module = Functions(2_000).ToModule();
        for (var i = 0; i < 3; i++)
        {
            CompiledModule.Compile(module);
        }
    }

    private static ModuleBuilder Functions(int count)
    {
        var builder = new ModuleBuilder();
        var type = builder.Type([], []);
        for (var i = 0; i < count; i++)
        {
            builder.Function("", type, []);
        }
        return builder;
    }

    private static void Refused(ModuleBuilder builder, string reason) => Refused(builder.ToBytes(), reason);

    private static void Refused(byte[] bytes, string reason)
    {
        InvalidModuleException? exception = null;
        var allocated = Allocated(() => exception = Assert.Throws<InvalidModuleException>(() => CompiledModule.Compile(WasmModule.Load(bytes))));
        Assert.Contains(reason, exception!.Message, StringComparison.Ordinal);
        Assert.True(exception.IsOverLimit);
        Assert.InRange(allocated, 0, 3 * FewBytes);
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
