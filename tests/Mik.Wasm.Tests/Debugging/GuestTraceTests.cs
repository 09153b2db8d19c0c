using Mik.Testing;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Debugging;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Tests.Translation;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.Debugging;

/// <summary>The stack of a trap has lines of the guest's source, whichever version of DWARF says them and however the code was made.</summary>
public sealed class GuestTraceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-trace-").FullName;

    public static TheoryData<int, bool> Ways => new() { { 4, false }, { 5, false }, { 4, true }, { 5, true } };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Ways))]
    public void Trap_InCodeThatWasInlined_HasAFrameForEachCallOfTheSource(int version, bool isSaved)
    {
        Assert.Equal(
            SourceMarks.Frames(
                ("missing", "shop.h", "missing", true), ("lookup", "shop.h", "lookup", true), ("price", "shop.h", "price", false),
                ("export_price", "core.c", "export price", false)),
            Trace(version, isSaved, "price", 9));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Trap_OfAnInstruction_HasItsLine(int version, bool isSaved)
    {
        Assert.Equal(
            SourceMarks.Frames(("divide", "shop.h", "divide", false), ("export_divide", "core.c", "export divide", false)),
            Trace(version, isSaved, "divide", 0));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Trap_DeepInRecursion_HasTheLineOfEveryCall(int version, bool isSaved)
    {
        var call = ("descend", "shop.h", "descend", false);
        Assert.Equal(
            SourceMarks.Frames(("descend", "shop.h", "bottom", false), call, call, call, ("export_descend", "core.c", "export descend", false)),
            Trace(version, isSaved, "descend", 3));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Trap_BehindAnIndirectCall_HasItsLine(int version, bool isSaved)
    {
        Assert.Equal(
            SourceMarks.Frames(("far", "shop.h", "far", false), ("choose", "shop.h", "choose", false), ("export_choose", "core.c", "export choose", false)),
            Trace(version, isSaved, "choose", 1, -16));
    }

    [Fact]
    public void Interrupt_OfALoop_SaysWhereTheGuestWas()
    {
        var module = CompiledModule.Compile(WasmModule.Load(Bytes(5)));
        Trap trap;
        var delay = 20;
        do
        {
            // On a busy machine it may come before the loop is entered.
            using var store = new Store();
            var instance = module.Instantiate(store);
            using var timer = new Timer(_ => store.Interrupt("the deadline passed"), null, delay, Timeout.Infinite);
            trap = Assert.Throws<Trap>(() => instance.GetFunction("choose")!.Invoke(WasmValue.I32(2), WasmValue.I32(1)));
        }
        while ((delay *= 2) < 10_000 && Shown(trap).FirstOrDefault() != SourceMarks.Frames(("spin", "shop.h", "spin", false))[0]);

        Assert.Equal(SourceMarks.Frames(("spin", "shop.h", "spin", false)), Shown(trap).Take(1));
    }

    [Fact]
    public void Trap_WhoseModuleNobodyHolds_HasItsLinesStill()
    {
        var trap = TrapOf(Bytes(5), isSaved: false, "divide", WasmValue.I32(0));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal(SourceMarks.Frames(("divide", "shop.h", "divide", false), ("export_divide", "core.c", "export divide", false)), Shown(trap));
    }

    [Fact]
    public void Trace_OfManyFrames_IsCut()
    {
        var trace = GuestTrace.Of(TrapOf(Bytes(5), isSaved: false, "descend", WasmValue.I32(100)), most: 10);

        Assert.Equal(10, trace.Frames.Count);
        Assert.Equal(92, trace.LeftOut);
    }

    [Fact]
    public void Module_WithoutDebugInformation_GivesNames()
    {
        var builder = new ModuleBuilder();
        builder.Function("inner", [], [], Op.Unreachable);
        builder.Function("outer", [], [], Op.Call, 0);

        Assert.Equal(["inner", "outer"], Shown(TrapOf(builder.ToBytes(), isSaved: false, "outer")));
    }

    private string[] Trace(int version, bool isSaved, string function, params int[] arguments) =>
        Shown(TrapOf(Bytes(version), isSaved, function, Array.ConvertAll(arguments, WasmValue.I32)));

    private static string[] Shown(Trap trap) => [.. GuestTrace.Of(trap, most: 32).Frames.Select(frame => (frame with { Column = 0 }).ToString())];

    private Trap TrapOf(byte[] bytes, bool isSaved, string function, params WasmValue[] arguments)
    {
        using var store = new Store();
        CodeCache? cache = null;
        if (isSaved)
        {
            cache = new CodeCache(_folder) { SmallestModule = 0 };
            CompiledModule.Compile(WasmModule.Load(bytes), cache);
        }

        var instance = CompiledModule.Compile(WasmModule.Load(bytes, isKnown: cache is null ? null : module => cache.Knows(module)), cache).Instantiate(store);
        Assert.Equal(isSaved ? 1 : 0, cache?.Found ?? 0);
        return Assert.Throws<Trap>(() => instance.GetFunction(function)!.Invoke(arguments));
    }

    private static byte[] Bytes(int version) => File.ReadAllBytes(RepositoryRoot.Combine("guests", "lines", $"core{version}.wasm"));
}
