using System.Text;
using Mik.Testing;
using Mik.Wasm.Debugging;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.Debugging;

/// <summary>Debug information is the guest's word: damaged, it costs lines, never an answer.</summary>
public sealed class DamagedDebugInformationTests
{
    private static readonly string[] Names = ["price", "export_price"];

    [Theory]
    [InlineData(".debug_line")]
    [InlineData(".debug_info")]
    [InlineData(".debug_abbrev")]
    [InlineData(".debug_str")]
    public void Section_OfGarbage_LeavesNamesAtLeast(string section)
    {
        var random = new Random(1);
        for (var round = 0; round < 16; round++)
        {
            var bytes = Read(4 + (round % 2));
            var (start, length) = WasmModule.Load(bytes).DebugSections[section];
            if (round < 2)
            {
                bytes.AsSpan(start, length).Fill((byte)(round * 255));
            }
            else
            {
                random.NextBytes(bytes.AsSpan(start + random.Next(length), 1));
                random.NextBytes(bytes.AsSpan(start, Math.Min(length, round)));
            }

            AssertHasNames(bytes);
        }
    }

    [Fact]
    public void EveryByte_Changed_LeavesNames()
    {
        foreach (var version in (int[])[4, 5])
        {
            var good = Read(version);
            var sections = WasmModule.Load(good).DebugSections;
            var compiled = CompiledModule.Compile(WasmModule.Load(good));
            foreach (var (start, length) in sections.Values)
            {
                for (var i = start; i < start + length; i += 23)
                {
                    var bytes = (byte[])good.Clone();
                    bytes[i] ^= (byte)(1 << (i % 8));
                    var locations = new Mik.Wasm.Debugging.Dwarf.SourceLocations(WasmModule.Load(bytes));
                    Assert.NotEmpty(locations.Find(WasmModule.Load(bytes), compiled.Module.Bodies[0].Start, "name"));
                }
            }
        }
    }

    [Fact]
    public void MissingUnits_LeaveLines()
    {
        var bytes = Read(5);
        var name = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(".debug_info"));
        bytes[name + 1] = (byte)'x';

        var frames = GuestTrace.Of(TrapOf(bytes), most: 32).Frames;

        Assert.Equal(Names, frames.Select(frame => frame.Function));
        Assert.All(frames, frame => Assert.True(frame.Line > 0));
    }

    private static void AssertHasNames(byte[] bytes)
    {
        var frames = GuestTrace.Of(TrapOf(bytes), most: 32).Frames;

        Assert.Equal(Names, frames.Where(frame => !frame.IsInlined).Select(frame => frame.Function));
    }

    private static Trap TrapOf(byte[] bytes)
    {
        using var store = new Store();
        var instance = CompiledModule.Compile(WasmModule.Load(bytes)).Instantiate(store);
        return Assert.Throws<Trap>(() => instance.GetFunction("price")!.Invoke(WasmValue.I32(9)));
    }

    private static byte[] Read(int version) => File.ReadAllBytes(RepositoryRoot.Combine("guests", "lines", $"core{version}.wasm"));
}
