using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;
using static Mik.Wasm.Tests.ModuleBytes;

namespace Mik.Wasm.Tests.Instantiation;

public sealed class InstantiationTests
{
    private static readonly byte[] NothingToNothing = [1, 0x60, 0, 0];

    [Fact]
    public void Segments_LaterOneTraps_EarlierWritesStay()
    {
        using var store = new Store();
        var memory = new LinearMemory(store, new MemoryType(new Limits(1, null)));
        var table = new TableInstance(store, new TableType(WasmValueType.FuncRef, new Limits(4, null)));
        // An element, a data segment that fits, and one that does not.
        var module = Compile(
            Section(1, NothingToNothing),
            Section(2, [2, .. Import("h", "m", 2, 0, 1), .. Import("h", "t", 1, 0x70, 0, 1)]),
            Section(3, 1, 0),
            Section(9, 1, 0, 0x41, 2, End, 1, 0),
            Code(),
            Section(11, [2, 0, 0x41, 5, End, 2, 7, 8, 0, 0x41, .. Signed(65535), End, 2, 9, 9]));

        var trap = Assert.Throws<Trap>(() => module.Instantiate(store, new Imports().Add("h", "m", memory).Add("h", "t", table).Resolve));

        Assert.Equal(TrapKind.OutOfBoundsMemoryAccess, trap.Kind);
        Assert.Equal([7, 8], memory.GetSpan(5, 2).ToArray());
        Assert.Equal(0, memory.GetSpan(65535, 1)[0]);
        table.Get(2).AsFunction(store)!.Invoke();
    }

    [Fact]
    public void Elements_DoNotFit_TrapBeforeData()
    {
        using var store = new Store();
        var memory = new LinearMemory(store, new MemoryType(new Limits(1, null)));
        var module = Compile(
            Section(1, NothingToNothing),
            Section(2, [1, .. Import("h", "m", 2, 0, 1)]),
            Section(3, 1, 0),
            Section(4, 1, 0x70, 0, 1),
            Section(9, 1, 0, 0x41, 1, End, 1, 0),
            Code(),
            Section(11, 1, 0, 0x41, 0, End, 1, 7));

        var trap = Assert.Throws<Trap>(() => module.Instantiate(store, new Imports().Add("h", "m", memory).Resolve));

        Assert.Equal(TrapKind.OutOfBoundsTableAccess, trap.Kind);
        Assert.Equal(0, memory.GetSpan(0, 1)[0]);
    }

    [Fact]
    public void Segments_AfterInstantiation_AreDropped()
    {
        // memory.init 0 0 and table.init 0 0 with the count given.
        var module = Compile(
            Section(1, [1, .. FunctionType([I32], [])]),
            Section(3, 2, 0, 0),
            Section(4, 1, 0x70, 0, 4),
            Section(5, 1, 0, 1),
            Section(7, [2, .. Export("memory", 0, 0), .. Export("table", 0, 1)]),
            Section(9, 1, 0, 0x41, 0, End, 1, 0),
            Section(12, 1),
            Section(10, 2, 12, 0, 0x41, 0, 0x41, 0, 0x20, 0, 0xFC, 8, 0, 0, End, 12, 0, 0x41, 0, 0x41, 0, 0x20, 0, 0xFC, 12, 0, 0, End),
            Section(11, 1, 0, 0x41, 0, End, 1, 7));
        using var store = new Store();
        var instance = module.Instantiate(store);

        foreach (var (name, kind) in new[] { ("memory", TrapKind.OutOfBoundsMemoryAccess), ("table", TrapKind.OutOfBoundsTableAccess) })
        {
            var function = instance.GetFunction(name)!;
            function.Invoke(WasmValue.I32(0));
            Assert.Equal(kind, Assert.Throws<Trap>(() => function.Invoke(WasmValue.I32(1))).Kind);
        }
    }

    [Fact]
    public void Start_RunsAfterSegments()
    {
        using var store = new Store();
        var seen = -1;
        var memory = new LinearMemory(store, new MemoryType(new Limits(1, null)));
        var report = HostFunction.Create(store, new FunctionType([], []), (_, _) => seen = memory.GetSpan(3, 1)[0]);
        var module = Compile(
            Section(1, NothingToNothing),
            Section(2, [2, .. Import("h", "f", 0, 0), .. Import("h", "m", 2, 0, 1)]),
            Section(8, 0),
            Section(11, 1, 0, 0x41, 3, End, 1, 42));

        module.Instantiate(store, new Imports().Add("h", "f", report).Add("h", "m", memory).Resolve);

        Assert.Equal(42, seen);
    }

    [Fact]
    public void Exports_AreFoundByName()
    {
        var module = Compile(
            Section(1, NothingToNothing),
            Section(3, 1, 0),
            Section(4, 1, 0x70, 0, 4),
            Section(5, 1, 0, 1),
            Section(6, 1, I64, 1, 0x42, 9, End),
            Section(7, [4, .. Export("f", 0, 0), .. Export("t", 1, 0), .. Export("m", 2, 0), .. Export("g", 3, 0)]),
            Code());
        using var store = new Store();
        var instance = module.Instantiate(store);

        Assert.Equal(["f", "g", "m", "t"], instance.ExportNames.Order());
        Assert.Same(instance.GetFunction("f"), instance.GetExport("f"));
        Assert.Equal(4UL, instance.GetTable("t")!.Length);
        Assert.Equal(65536, instance.GetMemory("m")!.Length);
        var global = instance.GetGlobal("g")!;
        Assert.Equal(9, global.Value.AsI64);
        global.Value = WasmValue.I64(10);
        Assert.Equal(10, instance.GetGlobal("g")!.Value.AsI64);
        Assert.Null(instance.GetExport("x"));
        Assert.Null(instance.GetMemory("f"));
    }

    [Fact]
    public void Limits_AreEnforced()
    {
        var module = Compile(Section(5, 1, 0, 3));
        using var small = new Store(new ExecutionLimits { MemoryBytes = 2 * 65536 });
        Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => module.Instantiate(small)).Kind);

        using var narrow = new Store(new ExecutionLimits { InstanceBytes = 16 });
        Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => module.Instantiate(narrow)).Kind);

        using var few = new Store(new ExecutionLimits { Instances = 2 });
        module.Instantiate(few);
        module.Instantiate(few);
        Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => module.Instantiate(few)).Kind);
    }

    [Fact]
    public void Instances_OfOneModule_AreIndependent()
    {
        var module = Compile(
            Section(6, 1, I32, 1, 0x41, 1, End),
            Section(7, [1, .. Export("g", 3, 0)]));
        using var first = new Store();
        using var second = new Store();
        var one = module.Instantiate(first).GetGlobal("g")!;
        var two = module.Instantiate(second).GetGlobal("g")!;

        one.Value = WasmValue.I32(5);

        Assert.Equal(1, two.Value.AsI32);
    }

    private static CompiledModule Compile(params byte[][] sections) =>
        CompiledModule.Compile(WasmModule.Load(Module(sections)));

    private static byte[] Name(string name) => [(byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name)];

    private static byte[] Import(string module, string name, params byte[] description) => [.. Name(module), .. Name(name), .. description];

    private static byte[] Export(string name, byte kind, byte index) => [.. Name(name), kind, index];

    private static byte[] Signed(int value) => Translation.ModuleBuilder.Signed(value);
}
