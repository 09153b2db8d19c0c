using Mik.Wasm.Execution;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Execution;

/// <summary>Objects of guests count as long as they live, whatever a guest does to hide them.</summary>
public sealed class GuestHeapTests
{
    private const byte Gc = 0xFB;
    private const byte StructNew = 0;
    private const byte StructNewDefault = 1;
    private const byte StructSet = 5;
    private const byte ArrayNewDefault = 7;
    private const byte RefNull = 0xD0;
    private const byte Nullable = 0x63;
    private const long Limit = 8 << 20;
    // What a list's node takes on the CLR's heap: header, type word, number and reference.
    private const long NodeBytes = 40;

    private static readonly byte[] Nothing = [];
    private static readonly byte[] OneInt = [Op.TypeI32];

    [Fact]
    public void List_ThatGrows_EndsAtTheLimit()
    {
        using var store = SmallStore();
        var grower = new ModuleBuilder();
        var node = NodeType(grower);
        grower.Global(Op.TypeI32, 1, Op.I32Const, 0, Op.End);
        grower.Global(Nullable, (byte)node, 1, RefNull, (byte)node, Op.End);
        grower.ExportGlobal("count", 0);
        grower.Function(
            "grow", Nothing, Nothing,
            [
                Op.Loop, Op.Empty,
                Op.GlobalGet, 0, Op.GlobalGet, 1, Gc, StructNew, (byte)node, Op.GlobalSet, 1,
                Op.GlobalGet, 0, Op.I32Const, 1, Op.I32Add, Op.GlobalSet, 0,
                Op.Br, 0, Op.End,
            ]);
        var instance = Guest.Instantiate(grower, store);

        var trap = Assert.Throws<Trap>(() => Guest.Run(instance, "grow"));

        Assert.Equal(LimitedResource.Objects, trap.Limit);
        Assert.InRange(instance.GetGlobal("count")!.Value.AsI32 * NodeBytes, Limit / 2, Limit * 12 / 10);
        Assert.InRange(store.Budget.Used, 0, Limit);

        // What was not counted then is not forgotten.
        var count = instance.GetGlobal("count")!.Value.AsI32;
        Assert.Throws<Trap>(() => Guest.Run(instance, "grow"));
        Assert.Equal(count, instance.GetGlobal("count")!.Value.AsI32);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Garbage_OfManyTimesTheLimit_IsNoMatter(bool isCyclic)
    {
        using var store = SmallStore();
        var builder = new ModuleBuilder();
        var node = NodeType(builder);
        byte[] link = isCyclic ? [Op.LocalGet, 1, Op.LocalGet, 1, Gc, StructSet, (byte)node, 1] : [];
        builder.Function(
            "churn", builder.Type(OneInt, OneInt), [], [.. Loop(node, link)], (1, [Nullable, (byte)node]));
        var instance = Guest.Instantiate(builder, store);

        Assert.Equal(0, Guest.Run(instance, "churn", 2_000_000));
        Assert.InRange(store.Budget.Used, 0, Limit);
    }

    [Fact]
    public void Garbage_BesideAHeapThatIsNearlyFull_TakesItsTime()
    {
        using var store = SmallStore();
        var instance = Guest.Instantiate(Keeper(), store);
        Guest.Run(instance, "keep", (int)(Limit * 9 / 10 / NodeBytes));

        Assert.Equal(0, Guest.Run(instance, "churn", 4_000_000));
        Assert.Null(store.Budget.Refusal);
    }

    [Fact]
    public async Task Guest_ThatWaitsForItsCollections_CanBeInterrupted()
    {
        using var store = SmallStore();
        var instance = Guest.Instantiate(Keeper(), store);
        Guest.Run(instance, "keep", (int)(Limit * 9 / 10 / NodeBytes));
        var running = Task.Run(() => Assert.Throws<Trap>(() => Guest.Run(instance, "churn", int.MaxValue)));
        var collections = GC.CollectionCount(0) + 100;
        Assert.True(SpinWait.SpinUntil(() => GC.CollectionCount(0) >= collections, TimeSpan.FromMinutes(1)));

        store.Interrupt("too long");

        Assert.Equal(TrapKind.Interrupted, (await running).Kind);
        Assert.Null(store.Budget.Refusal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000_000)]
    [InlineData(3_000_000)]
    public void Array_ThatIsLargerThanTheLimit_IsRefusedBeforeItIsMade(int length)
    {
        using var store = SmallStore();
        var builder = new ModuleBuilder();
        var array = builder.Type(0x5E, Op.TypeI64, 1);
        builder.Function("make", OneInt, Nothing, [Op.LocalGet, 0, Gc, ArrayNewDefault, (byte)array, Op.Drop]);
        var instance = Guest.Instantiate(builder, store);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var trap = Assert.Throws<Trap>(() => Guest.Run(instance, "make", length));

        Assert.Equal(LimitedResource.Objects, trap.Limit);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Array_MadeAgainAndAgain_IsNoMatter()
    {
        using var store = SmallStore();
        var builder = new ModuleBuilder();
        var array = builder.Type(0x5E, Op.TypeI64, 1);
        builder.Function(
            "make", OneInt, OneInt,
            [
                Op.Loop, Op.Empty, Op.I32Const, .. ModuleBuilder.Signed(100_000), Gc, ArrayNewDefault, (byte)array, Op.Drop,
                Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.LocalTee, 0, Op.BrIf, 0, Op.End, Op.LocalGet, 0,
            ]);

        Assert.Equal(0, Guest.Run(Guest.Instantiate(builder, store), "make", 60));
    }

    [Fact]
    public void Memory_WhenTheBudgetIsFullOfGarbage_StillGrows()
    {
        using var store = SmallStore();
        var builder = new ModuleBuilder();
        var node = NodeType(builder);
        builder.Memory(0);
        builder.Function("churn", builder.Type(OneInt, OneInt), [], [.. Loop(node, [])], (1, [Nullable, (byte)node]));
        builder.Function("grow", OneInt, OneInt, [Op.LocalGet, 0, 0x40, 0]);
        var instance = Guest.Instantiate(builder, store);
        Guest.Run(instance, "churn", 200_000);

        Assert.Equal(0, Guest.Run(instance, "grow", (int)(Limit >> 16) - 8));
    }

    [Fact]
    public void Garbage_OfACaller_IsNoMatterForItsCallee()
    {
        using var caller = new Store();
        using var callee = new Store();
        var budget = new ResourceBudget(Limit);
        caller.DrawOn(budget);
        callee.DrawOn(new ResourceBudget(Limit, budget));
        var calling = Guest.Instantiate(Keeper(), caller);
        var called = Guest.Instantiate(Keeper(), callee);
        Guest.Run(calling, "churn", (int)(Limit * 9 / 10 / NodeBytes));
        GC.Collect();

        Guest.Run(called, "keep", (int)(Limit / 2 / NodeBytes));

        Assert.Null(callee.Budget.Refusal);
        Assert.InRange(budget.Used, Limit / 3, Limit);
    }

    [Fact]
    public void Recursion_ThatAllocates_EndsWithTheStack()
    {
        using var store = SmallStore();
        var builder = new ModuleBuilder();
        var node = NodeType(builder);
        builder.Function("deep", Nothing, Nothing, [Gc, StructNewDefault, (byte)node, Op.Drop, Op.Call, 0]);

        Assert.Equal(TrapKind.CallStackExhausted, Assert.Throws<Trap>(() => Guest.Run(Guest.Instantiate(builder, store), "deep")).Kind);
    }

    [Fact]
    public void Image_OfAStoreWithObjects_IsNotTaken()
    {
        using var plain = new Store();
        var builder = new ModuleBuilder();
        var node = NodeType(builder);
        builder.Global(Nullable, (byte)node, 1, RefNull, (byte)node, Op.End);
        Guest.Instantiate(builder, plain);
        Assert.NotNull(StoreImage.TryCapture(plain, null));

        using var store = new Store();
        builder.Global(Nullable, (byte)node, 1, Gc, StructNewDefault, (byte)node, Op.End);
        Guest.Instantiate(builder, store);
        Assert.Null(StoreImage.TryCapture(store, null));
    }

    [Fact]
    public void Image_Restored_HasNoObjectOfTheCallBefore()
    {
        using var store = SmallStore();
        var builder = new ModuleBuilder();
        var node = NodeType(builder);
        builder.Global(Nullable, (byte)node, 1, RefNull, (byte)node, Op.End);
        builder.TableOf(0x6E, 0, 1);
        builder.Function(
            "keep", Nothing, Nothing,
            [
                Gc, StructNewDefault, (byte)node, Op.GlobalSet, 0, Op.I32Const, 0, Gc, StructNewDefault, (byte)node, 0x26, 0,
            ]);
        builder.Function("kept", Nothing, OneInt, [Op.GlobalGet, 0, 0xD1, Op.I32Const, 0, 0x25, 0, 0xD1, Op.I32Add]);
        var instance = Guest.Instantiate(builder, store);
        var image = StoreImage.TryCapture(store, null)!;
        var used = store.Budget.Used;

        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(2, Guest.Run(instance, "kept"));
            Guest.Run(instance, "keep");
            Assert.Equal(0, Guest.Run(instance, "kept"));
            image.Restore();
        }
        Assert.Equal(used, store.Budget.Used);
    }

    private static Store SmallStore() => new(new ExecutionLimits { MemoryBytes = Limit });

    // (type (struct (field (mut i32)) (field (mut (ref null 0)))))
    private static int NodeType(ModuleBuilder builder) => builder.Type(0x5F, 2, Op.TypeI32, 1, Nullable, 0, 1);

    // keep(n) adds so many nodes to a list of the instance; churn(n) makes so many that nobody keeps.
    private static ModuleBuilder Keeper()
    {
        var builder = new ModuleBuilder();
        var node = NodeType(builder);
        builder.Global(Nullable, (byte)node, 1, RefNull, (byte)node, Op.End);
        byte[] link = [Op.LocalGet, 1, Op.GlobalGet, 0, Gc, StructSet, (byte)node, 1, Op.LocalGet, 1, Op.GlobalSet, 0];
        builder.Function("keep", builder.Type(OneInt, OneInt), [], [.. Loop(node, link)], (1, [Nullable, (byte)node]));
        builder.Function("churn", builder.Type(OneInt, OneInt), [], [.. Loop(node, [])], (1, [Nullable, (byte)node]));
        return builder;
    }

    private static byte[] Loop(int node, byte[] link) =>
    [
        Op.Loop, Op.Empty, Gc, StructNewDefault, (byte)node, Op.LocalSet, 1, .. link,
        Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.LocalTee, 0, Op.BrIf, 0, Op.End, Op.LocalGet, 0,
    ];
}
