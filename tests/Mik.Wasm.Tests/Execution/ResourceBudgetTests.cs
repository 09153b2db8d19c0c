using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Tests.Execution;

public sealed class ResourceBudgetTests
{
    [Fact]
    public void Charge_BeyondLimit_TrapsWithResourceAndNumbersAndTakesNothing()
    {
        var budget = new ResourceBudget(100);
        budget.Charge(LimitedResource.Fields, 60);

        var trap = Assert.Throws<Trap>(() => budget.Charge(LimitedResource.Body, 41));

        Assert.Equal(LimitedResource.Body, trap.Limit);
        Assert.Equal("resource limit exceeded: body: 41 bytes more, where 60 of 100 are used", trap.Message);
        Assert.Equal(new ResourceRefusal(LimitedResource.Body, 41, 60, 100), budget.Refusal);
        Assert.True(budget.TryCharge(LimitedResource.Body, 40));
        Assert.False(budget.TryCharge(LimitedResource.Body, long.MaxValue));
    }

    [Fact]
    public void Charge_InAPart_IsTheCallersTooUntilThePartEnds()
    {
        var caller = new ResourceBudget(100);
        caller.Charge(LimitedResource.Memory, 50);
        var part = new ResourceBudget(100, caller);
        part.Charge(LimitedResource.Memory, 30);

        Assert.Equal(20, part.Remaining);
        Assert.Throws<Trap>(() => part.Charge(LimitedResource.Handles, 21));
        Assert.Equal((30, 80), (part.Used, caller.Used));
        Assert.Equal(new ResourceRefusal(LimitedResource.Handles, 21, 30, 100, IsOfCaller: true), part.Refusal);

        part.End();
        part.Release(30);
        Assert.Equal(50, caller.Used);
        Assert.Equal(TrapKind.Interrupted, Assert.Throws<Trap>(() => part.Charge(LimitedResource.Fields, 1)).Kind);
    }

    [Fact]
    public void Charge_ThatACallerRefuses_AsksAllPartsForWhatTheyUseNoLonger()
    {
        var first = new ResourceBudget(100);
        var whole = new ResourceBudget(100, first);
        var part = new ResourceBudget(100, whole);
        var other = new ResourceBudget(100, whole);
        part.Charge(LimitedResource.Objects, 30);
        other.Charge(LimitedResource.Objects, 60);
        part.AddReclaimer(_ => false);
        other.AddReclaimer(_ =>
        {
            other.Release(50);
            return true;
        });

        part.Charge(LimitedResource.Objects, 20);

        Assert.Equal((50, 10, 60, 60), (part.Used, other.Used, whole.Used, first.Used));
        other.End();
        Assert.Equal((50, 50), (whole.Used, first.Used));
        Assert.False(part.TryCharge(LimitedResource.Objects, 51));
    }

    [Fact]
    public void Charge_BeyondThePartItself_AsksNoOther()
    {
        var whole = new ResourceBudget(200);
        var part = new ResourceBudget(100, whole);
        new ResourceBudget(100, whole).AddReclaimer(_ => throw new InvalidOperationException());

        Assert.True(part.TryCharge(LimitedResource.Objects, 90));
        Assert.False(part.TryCharge(LimitedResource.Objects, 20));
    }

    [Fact]
    public void Share_GivesBackOnce()
    {
        var budget = new ResourceBudget(100);
        var share = new BudgetShare(budget, LimitedResource.Calls);
        share.Charge(70);
        Assert.False(share.TryCharge(31));
        share.Dispose();
        share.Dispose();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Charge_FromManyThreads_NeverGoesBeyondTheLimit()
    {
        var budget = new ResourceBudget(1000);
        var taken = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (budget.TryCharge(LimitedResource.Body, 3))
            {
                Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(333, taken);
        Assert.Equal(999, budget.Used);
    }

    [Fact]
    public void MemoryAndTables_DrawOnOneSum()
    {
        using var store = new Store(new ExecutionLimits { MemoryBytes = 3 << 16 });
        var memory = new LinearMemory(store, new MemoryType(new Limits(1, null)));
        var table = new TableInstance(store, new TableType(WasmValueType.FuncRef, new Limits(0, null)));

        Assert.Equal(0, table.Grow(8192, default));
        Assert.Equal(-1, memory.Grow(2));
        Assert.Equal(new ResourceRefusal(LimitedResource.Memory, 2 << 16, 2 << 16, 3 << 16), store.Budget.Refusal);
        Assert.Equal(1, memory.Grow(1));
        Assert.Equal(-1, table.Grow(1, default));
    }

    [Fact]
    public void Names_AreThereForEach()
    {
        var names = Enum.GetValues<LimitedResource>().Select(LimitedResources.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
    }
}
