using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;
using static Mik.Wasm.Tests.ModuleBytes;

namespace Mik.Wasm.Tests.Decoding;

/// <summary>Types of modules: equal ones are one, and none stays when its modules are gone.</summary>
public sealed class TypeSectionTests
{
    private const int ManyTypes = 2000;

    [Fact]
    public void Load_EqualGroupsAtDifferentIndices_AreTheSameTypes()
    {
        // (rec (type (struct (field (ref null 1)))) (type (struct (field (ref null 0))))), alone and after another type.
        byte[] First(byte index) => [0x4E, 2, 0x50, 0, 0x5F, 1, 0x63, (byte)(index + 1), 0, 0x50, 0, 0x5F, 1, 0x63, index, 1];
        var alone = WasmModule.Load(Module(Section(1, [1, .. First(0)])), WasmFeatures.All);
        var after = WasmModule.Load(Module(Section(1, [2, .. FunctionType([], []), .. First(1)])), WasmFeatures.All);

        Assert.Same(alone.Definitions[0], after.Definitions[1]);
        Assert.Same(alone.Definitions[1], after.Definitions[2]);
        Assert.NotSame(alone.Definitions[0], alone.Definitions[1]);
        Assert.Equal(alone.Definitions[0].Fields[0].Value, alone.Definitions[1].Reference.AsNullable);
    }

    [Fact]
    public void Load_AgainAndAgainWithOtherTypes_KeepsNone()
    {
        LoadAndForget(0);
        Collect();
        var before = TypeRegistry.Count;
        for (var i = 1; i <= 10; i++)
        {
            LoadAndForget(i);
        }
        Collect();

        Assert.InRange(TypeRegistry.Count, 0, before + ManyTypes);
    }

    [Fact]
    public void Load_OneLargeGroup_TakesTimeInProportionToItsSize()
    {
        // With the square of its size it is more than a minute.
        byte[] type = [0x5F, 25, .. Enumerable.Repeat((byte[])[0x6C, 1], 25).SelectMany(field => field)];
        var bytes = Module(Section(1, [1, 0x4E, .. Unsigned(11_000), .. Enumerable.Repeat(type, 11_000).SelectMany(one => one)]));
        var clock = Stopwatch.StartNew();

        var module = WasmModule.Load(bytes, WasmFeatures.All);

        Assert.Equal(11_000, module.Definitions.Select(one => one.Number).Distinct().Count());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Load_LargeGroupThatNobodyWants_Ends()
    {
        byte[] type = [0x5E, I32, 1];
        var bytes = Module(Section(1, [1, 0x4E, .. Unsigned(9_000), .. Enumerable.Repeat(type, 9_000).SelectMany(one => one)]));
        var before = TypeRegistry.Count;
        using var ended = new CancellationTokenSource();
        var types = Enumerable.Repeat(new SubType(true, null, -1, TypeForm.Array, [], [], [new FieldType(WasmValueType.I64, FieldPacking.None, true)]), 9_000);
        ended.Cancel();

        Assert.Throws<OperationCanceledException>(() => WasmModule.Load(bytes, WasmFeatures.All, budget: new LoadBudget(bytes.Length, ended.Token)));
        Assert.Throws<OperationCanceledException>(() => TypeRegistry.Intern([.. types], 0, null, ended.Token));
        Assert.InRange(TypeRegistry.Count, 0, before + 100);
    }

    [Theory]
    [InlineData(63, null)]
    [InlineData(64, "subtyping depth")]
    public void Load_LongChainOfSubtypes_IsLimited(int depth, string? reason)
    {
        byte[] chain = [.. Enumerable.Range(0, depth + 1).SelectMany(i => i == 0 ? (byte[])[0x50, 0, 0x5F, 0] : [0x50, 1, (byte)(i - 1), 0x5F, 0])];
        var bytes = Module(Section(1, [(byte)(depth + 1), .. chain]));
        if (reason is null)
        {
            var last = WasmModule.Load(bytes, WasmFeatures.All).Definitions[^1];
            Assert.Equal(depth, last.Depth);
        }
        else
        {
            var error = Assert.Throws<InvalidModuleException>(() => WasmModule.Load(bytes, WasmFeatures.All));
            Assert.StartsWith(reason, error.Reason, StringComparison.Ordinal);
            Assert.True(error.IsOverLimit);
        }
    }

    // Each round has types of its own: a number of i64 fields, then bits of the type's number as i32 or f32.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoadAndForget(int round)
    {
        var types = Enumerable.Range(0, ManyTypes).SelectMany(i => (byte[])
        [
            0x5F, (byte)(round + 12),
            .. Enumerable.Repeat((byte[])[I64, 0], round).SelectMany(field => field),
            .. Enumerable.Range(0, 12).SelectMany(bit => (byte[])[(i >> bit & 1) == 0 ? I32 : F32, 1]),
        ]);
        var module = WasmModule.Load(Module(Section(1, [.. Unsigned(ManyTypes), .. types])), WasmFeatures.All);
        Assert.Equal(ManyTypes, module.Definitions.Distinct().Count());
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
