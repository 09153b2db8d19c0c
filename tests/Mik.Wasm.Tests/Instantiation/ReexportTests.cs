using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;
using static Mik.Wasm.Tests.ModuleBytes;

namespace Mik.Wasm.Tests.Instantiation;

/// <summary>What a module imports with one type and exports again has the type that it was given with.</summary>
public sealed class ReexportTests
{
    // 0: a structure; 1: a sub type of it; 2: a function; 3: a sub type of it; 4: () -> ().
    private static readonly byte[] Types = Section(
        1, 5, 0x50, 0, 0x5F, 1, I32, 0, 0x50, 1, 0, 0x5F, 2, I32, 0, I64, 0, 0x50, 0, 0x60, 0, 0, 0x50, 1, 2, 0x60, 0, 0, 0x60, 0, 0);

    private static readonly byte[] Maker = Module(
        Types,
        Section(3, 1, 3),
        Section(4, 1, FuncRef, 1, 2, 3),
        Section(5, 1, 1, 2, 3),
        Section(13, 1, 0, 4),
        Section(6, 2, 0x64, 1, 0, 0x41, 4, 0x42, 5, 0xFB, 0, 1, End, 0x64, FuncRef, 0, 0xD2, 0, End),
        Exports,
        Section(10, 1, 2, 0, End));

    private static byte[] Exports => Section(
        7, [6, .. Export("s", 3, 0), .. Export("r", 3, 1), .. Export("f", 0, 0), .. Export("t", 1, 0), .. Export("m", 2, 0), .. Export("e", 4, 0)]);

    private static byte[] Wide => Imports(structure: 0, reference: [FuncRef], function: 2, limits: [0, 1]);

    private static byte[] Narrow => Imports(structure: 1, reference: [0x64, FuncRef], function: 3, limits: [1, 2, 3]);

    [Fact]
    public void Import_OfWhatAnotherExportsAgain_GetsTheTypesOfTheMaker()
    {
        using var store = new Store();
        var maker = Make(store, Maker, null);
        var between = Make(store, Module(Types, Wide, Exports), Make(store, Module(Types, Wide, Exports), maker));

        var last = Make(store, Module(Types, Narrow, Exports), between);

        Assert.Equal(maker.GetGlobal("s")!.Type, between.GetGlobal("s")!.Type);
        Assert.Equal(maker.GetGlobal("r")!.Type, last.GetGlobal("r")!.Type);
        Assert.Equal(maker.GetFunction("f"), last.GetFunction("f"));
    }

    [Fact]
    public void Import_OfMoreThanTheMakerHas_IsRefused()
    {
        using var store = new Store();
        byte[] types = Types;
        var wide = Make(
            store, Module(types, Section(6, 1, 0x64, 0, 0, 0x41, 4, 0xFB, 0, 0, End), Section(7, [1, .. Export("s", 3, 0)])), null);
        byte[] OfStructure(byte type) => Section(2, [1, .. Name("m"), .. Name("s"), 3, 0x64, type, 0]);
        var between = Make(store, Module(types, OfStructure(0), Section(7, [1, .. Export("s", 3, 0)])), wide);

        Assert.Throws<LinkException>(() => Make(store, Module(types, OfStructure(1)), between));
    }

    private static ModuleInstance Make(Store store, byte[] bytes, ModuleInstance? imports) =>
        CompiledModule.Compile(WasmModule.Load(bytes), exceptions: true).Instantiate(store, import => imports?.GetExport(import.Name));

    private static byte[] Imports(byte structure, byte[] reference, byte function, byte[] limits) => Section(
        2,
        [
            6, .. Name("m"), .. Name("s"), 3, 0x64, structure, 0, .. Name("m"), .. Name("r"), 3, .. reference, 0,
            .. Name("m"), .. Name("f"), 0, function, .. Name("m"), .. Name("t"), 1, FuncRef, .. limits,
            .. Name("m"), .. Name("m"), 2, .. limits, .. Name("m"), .. Name("e"), 4, 0, 4,
        ]);

    private static byte[] Name(string name) => [(byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name)];

    private static byte[] Export(string name, byte kind, byte index) => [.. Name(name), kind, index];
}
