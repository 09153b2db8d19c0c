using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Model;

namespace Mik.Components.Tests.Validation;

public sealed class CoreMatchingTests
{
    [Theory]
    [InlineData(1, null, 1, null, true)]
    [InlineData(2, null, 1, null, true)]
    [InlineData(1, null, 2, null, false)]
    [InlineData(1, 5, 1, 5, true)]
    [InlineData(1, 4, 1, 5, true)]
    [InlineData(1, 6, 1, 5, false)]
    [InlineData(1, null, 1, 5, false)]
    [InlineData(1, 5, 1, null, true)]
    public void Mismatch_MemoriesAndTables_CompareLimits(int minimum, int? maximum, int wantedMinimum, int? wantedMaximum, bool matches)
    {
        var actual = new Limits((ulong)minimum, (ulong?)maximum);
        var wanted = new Limits((ulong)wantedMinimum, (ulong?)wantedMaximum);
        Assert.Equal(matches, CoreMatching.Mismatch(Memory(new(actual)), Memory(new(wanted))) is null);
        Assert.Equal(
            matches,
            CoreMatching.Mismatch(Table(new(WasmValueType.FuncRef, actual)), Table(new(WasmValueType.FuncRef, wanted))) is null);
    }

    [Fact]
    public void Mismatch_Memories_CompareEverythingElseExactly()
    {
        var plain = new MemoryType(new(1, 2));
        Assert.Equal("mismatch in the shared flag for memories", CoreMatching.Mismatch(plain with { IsShared = true }, plain));
        Assert.Equal("mismatch in index type used for memories", CoreMatching.Mismatch(new(new(1, 2, Is64: true)), plain));
        Assert.Equal("mismatch in page size for memories", CoreMatching.Mismatch(plain with { PageSizeLog2 = 0 }, plain));
    }

    [Fact]
    public void Mismatch_KindsAndTypes_AreNamed()
    {
        var function = Function(new([WasmValueType.I32], []));
        var global = new ExternalType { Kind = ExternalKind.Global, Global = new(WasmValueType.I32, false) };
        Assert.Null(CoreMatching.Mismatch(function, function));
        Assert.Null(CoreMatching.Mismatch(global, global));
        Assert.Equal("expected global, found func", CoreMatching.Mismatch(function, global));
        Assert.Equal("expected memory, found global", CoreMatching.Mismatch(global, Memory(new(new(1, null)))));
        Assert.Equal("expected function () -> (), found (i32) -> ()", CoreMatching.Mismatch(function, Function(new([], []))));
        Assert.Equal("global types differ in mutability", CoreMatching.Mismatch(global, global with { Global = new(WasmValueType.I32, true) }));
        Assert.Equal("expected global type i64, found i32", CoreMatching.Mismatch(global, global with { Global = new(WasmValueType.I64, false) }));
        Assert.Equal(
            "expected table element type externref, found funcref",
            CoreMatching.Mismatch(Table(new(WasmValueType.FuncRef, new(0, null))), Table(new(WasmValueType.ExternRef, new(0, null)))));
    }

    [Fact]
    public void Mismatch_Modules_MayImportLessAndExportMore()
    {
        var function = Function(new([], []));
        var modest = Module([], ("a", function), ("b", function));
        var demanding = Module([new("m", "f", function)], ("a", function));
        Assert.Null(CoreMatching.Mismatch(modest, demanding, new WorkBudget()));
        Assert.Equal("missing expected import `m::f`", CoreMatching.Mismatch(demanding, modest, new WorkBudget()));
        Assert.Equal("missing expected export `b`", CoreMatching.Mismatch(Module([], ("a", function)), modest, new WorkBudget()));
        Assert.StartsWith(
            "type mismatch in export `a`",
            CoreMatching.Mismatch(Module([], ("a", Function(new([WasmValueType.I32], [])))), demanding, new WorkBudget()),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "type mismatch in import `m::f`",
            CoreMatching.Mismatch(demanding, Module([new("m", "f", Memory(new(new(1, null))))]), new WorkBudget()),
            StringComparison.Ordinal);
    }

    private static ExternalType Function(FunctionType type) => new() { Kind = ExternalKind.Function, Function = type };

    private static ExternalType Memory(MemoryType type) => new() { Kind = ExternalKind.Memory, Memory = type };

    private static ExternalType Table(TableType type) => new() { Kind = ExternalKind.Table, Table = type };

    private static CoreModuleType Module(WasmImport[] imports, params (string Name, ExternalType Type)[] exports) =>
        new(imports, exports.ToDictionary(export => export.Name, export => export.Type, StringComparer.Ordinal));
}
