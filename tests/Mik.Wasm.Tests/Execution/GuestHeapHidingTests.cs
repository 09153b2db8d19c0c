using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Execution;

/// <summary>Tests that ask how much memory the process has, and so run alone.</summary>
[CollectionDefinition(nameof(ProcessMemoryCollection), DisableParallelization = true)]
public sealed class ProcessMemoryCollection;

/// <summary>A guest that finds out which of its objects are followed, and keeps the others only.</summary>
[Collection(nameof(ProcessMemoryCollection))]
public sealed unsafe class GuestHeapHidingTests
{
    private const byte Gc = 0xFB;
    private const byte StructNewDefault = 1;
    private const byte StructSet = 5;
    private const byte RefNull = 0xD0;
    private const byte Nullable = 0x63;
    private const long Limit = 16 << 20;
    private const long NodeBytes = 32 + (8 * 16);
    private const int Most = 8 * (int)(Limit / NodeBytes);

    [Fact]
    public void Guest_ThatDropsWhatTookLong_HoldsItsLimit()
    {
        using var store = new Store(new ExecutionLimits { MemoryBytes = Limit });
        var before = 0L;

        // Something is charged and a handle is made: that can be measured.
        var kept = Fill(store, () => before != (before = store.Budget.Used));

        Assert.InRange(kept * NodeBytes, Limit / 2, Limit * 12 / 10);
    }

    [Fact]
    public void Guest_ThatMeasuresTime_DoesNotSeeWhatIsChosen()
    {
        using var store = new Store(new ExecutionLimits { MemoryBytes = Limit });
        for (var i = 0; i < 1000; i++)
        {
            store.Budget.NoteClockReading();
        }

        var kept = Fill(store, DropsWhatIsLookedAt(store));

        Assert.InRange(kept * NodeBytes, Limit / 2, Limit * 12 / 10);
    }

    [Fact]
    public void Guest_ThatSeesAll_IsFoundOutByWhatTheProcessHas()
    {
        using var store = new Store(new ExecutionLimits { MemoryBytes = Limit });
        GC.Collect();

        var kept = Fill(store, DropsWhatIsLookedAt(store));

        Assert.InRange(kept * NodeBytes, Limit / 2, Limit * 12 / 10);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Guest_ThatKeepsOneOfTen_IsCountedByItsShare(int megabytes)
    {
        for (var run = 0; run < 10; run++)
        {
            var number = 0;
            using var store = new Store(new ExecutionLimits { MemoryBytes = megabytes << 20 });

            var kept = Fill(store, () => ++number % 10 != 0);

            Assert.InRange(kept * NodeBytes, (megabytes << 20) * 7L / 10, (megabytes << 20) * 12L / 10);
        }
    }

    [Fact]
    public void Guest_ThatMakesGarbageOnly_IsNotSuspected()
    {
        using var store = new Store(new ExecutionLimits { MemoryBytes = Limit });

        Assert.Equal(0, Fill(store, static () => true));

        Assert.False(store.Heap.IsWatched);
        Assert.Null(store.Budget.Refusal);
    }

    // The allowance grows when an allocation was looked at, for whatever reason.
    private static Func<bool> DropsWhatIsLookedAt(Store store)
    {
        var before = 0L;
        return () =>
        {
            var now = store.State->HeapBudget;
            var isLookedAt = now > before;
            before = now;
            return isLookedAt;
        };
    }

    private static long Fill(Store store, Func<bool> isDropped)
    {
        var instance = Guest.Instantiate(
            Filler(), store, _ => HostFunction.Create(store, new FunctionType([], [WasmValueType.I32]), (_, results) =>
                results[0] = WasmValue.I32(isDropped() ? 1 : 0)));
        try
        {
            Guest.Run(instance, "fill", Most);
        }
        catch (Trap trap) when (trap.Limit == LimitedResource.Objects)
        {
        }
        return instance.GetGlobal("kept")!.Value.AsI32;
    }

    // Makes nodes, and keeps in a list what the host says not to drop.
    private static ModuleBuilder Filler()
    {
        var builder = new ModuleBuilder();
        var look = builder.Type([], [Op.TypeI32]);
        var fill = builder.Type([Op.TypeI32], []);
        byte[] vectors = [.. Enumerable.Repeat<byte[]>([0x7B, 1], 8).SelectMany(field => field)];
        var node = (byte)builder.Type([0x5F, 9, Nullable, 2, 1, .. vectors]);
        builder.ImportFunction("host", "look", look);
        builder.Global(Op.TypeI32, 1, Op.I32Const, 0, Op.End);
        builder.Global(Nullable, node, 1, RefNull, node, Op.End);
        builder.ExportGlobal("kept", 0);
        builder.Function(
            "fill", fill, [],
            [
                Op.Loop, Op.Empty,
                Gc, StructNewDefault, node, Op.LocalSet, 1,
                Op.Call, 0, Op.I32Eqz, Op.If, Op.Empty,
                Op.LocalGet, 1, Op.GlobalGet, 1, Gc, StructSet, node, 0, Op.LocalGet, 1, Op.GlobalSet, 1,
                Op.GlobalGet, 0, Op.I32Const, 1, Op.I32Add, Op.GlobalSet, 0,
                Op.End,
                Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.LocalTee, 0, Op.BrIf, 0, Op.End,
            ],
            (1, [Nullable, node]));
        return builder;
    }
}
