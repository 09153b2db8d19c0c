using Mik.Scripting.Execution;

namespace Mik.Scripting.Tests.Execution;

/// <summary>What the top level of a script leaves in memory.</summary>
public sealed class TopLevelTests
{
    private const string Answer = "export default () => String(globalThis.keep?.[7]);";

    [Fact]
    public void Load_OfAScriptThatKeepsLittle_TakesLittle()
    {
        using var bench = new ScriptBench(("keep.js", "globalThis.keep = new Uint8Array(4e6).fill(7);" + Answer), ("plain.js", Answer));

        var plain = bench.Load("plain.js");
        var program = bench.Load("keep.js");

        Assert.InRange(plain.SizeBytes, 1, 8 << 20);
        Assert.InRange(program.SizeBytes - plain.SizeBytes, 3_500_000, 5_000_000);
        Assert.Equal("\"7\"", ScriptBench.Text(bench.Run(program)));
        Assert.Equal("\"undefined\"", ScriptBench.Text(bench.Run(plain)));
    }

    [Fact]
    public void Load_OfManyScripts_LeavesNoArraysOfTheirMemoriesBehind()
    {
        using var bench = new ScriptBench([.. Enumerable.Range(0, 4).Select(i => ($"s{i}.js", "globalThis.keep = new Uint8Array(16e6).fill(7);" + Answer))]);
        bench.Load("s0.js");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var programs = Enumerable.Range(1, 3).Select(i => bench.Load($"s{i}.js")).ToArray();

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16_000_000);
        Assert.All(programs, program => Assert.Equal("\"7\"", ScriptBench.Text(bench.Run(program))));
    }

    [Fact]
    public void Load_OfAScriptThatKeepsTooMuch_IsRefused()
    {
        using var bench = new ScriptBench(("keep.js", "globalThis.keep = new Uint8Array(40e6).fill(7);" + Answer));

        var failure = Assert.Throws<ScriptLoadException>(() => bench.Load("keep.js"));

        Assert.Contains("scripts/keep.js cannot be loaded: its top level", failure.Message, StringComparison.Ordinal);
        Assert.Contains("more than 32 MB", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.MayHaveChanged);
    }

    [Fact]
    public void Release_WhileSomebodyIsIn_KeepsItUntilTheyLeave()
    {
        using var bench = new ScriptBench(("keep.js", "globalThis.keep = [0, 0, 0, 0, 0, 0, 0, 7];" + Answer));
        var program = bench.Load("keep.js");
        Assert.True(program.TryEnter());
        Assert.Equal("\"7\"", ScriptBench.Text(bench.Run(program)));

        program.Release();
        program.Release();

        Assert.Equal("\"7\"", ScriptBench.Text(bench.Run(program)));
        Assert.True(program.TryEnter());
        program.Leave();
        program.Leave();
        Assert.False(program.TryEnter());
    }
}
