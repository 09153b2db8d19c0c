using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;

namespace Mik.Wasm.Tests.Instantiation;

public sealed class ImportMatchingTests
{
    public static TheoryData<Limits, Limits, bool> LimitCases => new()
    {
        { new Limits(1, null), new Limits(1, null), true },
        { new Limits(2, 3), new Limits(1, 3), true },
        { new Limits(2, 3), new Limits(1, null), true },
        { new Limits(1, 3), new Limits(2, 3), false },
        { new Limits(1, 4), new Limits(1, 3), false },
        { new Limits(1, null), new Limits(1, 3), false },
        { new Limits(1, 3, Is64: true), new Limits(1, 3), false },
        { new Limits(1, 3), new Limits(1, 3, Is64: true), false },
    };

    [Theory, MemberData(nameof(LimitCases))]
    public void Limits_MatchWhenNotWider(Limits actual, Limits expected, bool matches)
    {
        using var store = new Store();
        var memory = new LinearMemory(store, new MemoryType(actual));
        var table = new TableInstance(store, new TableType(WasmValueType.FuncRef, actual));

        Check(memory, new ExternalType { Kind = ExternalKind.Memory, Memory = new MemoryType(expected) }, matches);
        Check(table, new ExternalType { Kind = ExternalKind.Table, Table = new TableType(WasmValueType.FuncRef, expected) }, matches);
        Check(table, new ExternalType { Kind = ExternalKind.Table, Table = new TableType(WasmValueType.ExternRef, expected) }, false);
        Check(memory, new ExternalType { Kind = ExternalKind.Memory, Memory = new MemoryType(expected, IsShared: true) }, false);
        Check(memory, new ExternalType { Kind = ExternalKind.Memory, Memory = new MemoryType(expected, PageSizeLog2: 0) }, false);
    }

    [Fact]
    public void Memory_GrownMeanwhile_MatchesWithItsSize()
    {
        using var store = new Store();
        var memory = new LinearMemory(store, new MemoryType(new Limits(1, 5)));
        var expected = new ExternalType { Kind = ExternalKind.Memory, Memory = new MemoryType(new Limits(3, 5)) };

        Check(memory, expected, false);
        memory.Grow(2);
        Check(memory, expected, true);
    }

    [Fact]
    public void Globals_MatchExactly()
    {
        using var store = new Store();
        var global = new GlobalInstance(store, new GlobalType(WasmValueType.I32, IsMutable: true), WasmValue.I32(0));

        Check(global, new ExternalType { Kind = ExternalKind.Global, Global = new(WasmValueType.I32, true) }, true);
        Check(global, new ExternalType { Kind = ExternalKind.Global, Global = new(WasmValueType.I32, false) }, false);
        Check(global, new ExternalType { Kind = ExternalKind.Global, Global = new(WasmValueType.I64, true) }, false);
    }

    [Fact]
    public void Functions_MatchByStructure()
    {
        using var store = new Store();
        var function = HostFunction.Create(store, new FunctionType([WasmValueType.I32], []), static (_, _) => { });

        Check(function, OfFunction(new FunctionType([WasmValueType.I32], [])), true);
        Check(function, OfFunction(new FunctionType([], [WasmValueType.I32])), false);
        Check(function, new ExternalType { Kind = ExternalKind.Memory, Memory = new MemoryType(new Limits(0, null)) }, false);
    }

    [Fact]
    public void Missing_IsUnknown_OtherStoreIsNot()
    {
        using var store = new Store();
        using var other = new Store();
        var function = HostFunction.Create(other, new FunctionType([], []), static (_, _) => { });
        var import = new WasmImport("env", "f", OfFunction(new FunctionType([], [])));

        var missing = Assert.Throws<LinkException>(() => ImportMatching.Check(import, TypeIdOf(import), null, store));
        Assert.True(missing.IsUnknown);
        Assert.Equal("unknown import: \"env\" \"f\": no function () -> () was given", missing.Message);
        Assert.Same(import, missing.Import);
        Assert.False(Assert.Throws<LinkException>(() => ImportMatching.Check(import, TypeIdOf(import), function, store)).IsUnknown);
    }

    private static void Check(ExternalValue value, ExternalType expected, bool matches)
    {
        var import = new WasmImport("m", "n", expected);
        var error = Record.Exception(() => ImportMatching.Check(import, TypeIdOf(import), value, value.Store));
        if (matches)
        {
            Assert.Null(error);
        }
        else
        {
            Assert.StartsWith("incompatible import type", Assert.IsType<LinkException>(error).Message, StringComparison.Ordinal);
        }
    }

    private static int TypeIdOf(WasmImport import) =>
        import.Type.Function is { } type ? TypeRegistry.IdOf(type) : 0;

    private static ExternalType OfFunction(FunctionType type) => new() { Kind = ExternalKind.Function, Function = type };
}
