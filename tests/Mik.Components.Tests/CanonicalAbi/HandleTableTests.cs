using Mik.Components.Runtime;
using Mik.Wasm.Execution;

namespace Mik.Components.Tests.CanonicalAbi;

public sealed class HandleTableTests
{
    private static readonly RuntimeResource Files = new("file", typeof(Resource));
    private static readonly RuntimeResource Sockets = new("socket", typeof(Resource));

    [Fact]
    public void Add_AfterRemove_UsesIndicesAgainLastFreedFirst()
    {
        var table = new HandleTable();
        Assert.Equal([1, 2, 3], [table.Add(Own()), table.Add(Own()), table.Add(Own())]);
        table.Remove(1, Files);
        table.Remove(3, Files);
        Assert.Equal([3, 1, 4], [table.Add(Own()), table.Add(Own()), table.Add(Own())]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Get_UnknownIndex_Traps(int index)
    {
        var empty = new HandleTable();
        Assert.Throws<Trap>(() => empty.Get(index, Files));
        var table = new HandleTable();
        table.Add(Own());
        Assert.Throws<Trap>(() => table.Get(index, Files));
    }

    [Fact]
    public void Remove_TwiceOrOfAnotherTypeOrLent_Traps()
    {
        var table = new HandleTable();
        var index = table.Add(Own());
        Assert.Throws<Trap>(() => table.Remove(index, Sockets));
        table.Get(index, Files).Lends++;
        Assert.Throws<Trap>(() => table.Remove(index, Files));
        table.Unlend(index);
        table.Remove(index, Files);
        Assert.Throws<Trap>(() => table.Remove(index, Files));
    }

    [Fact]
    public void Add_MoreThanTheMost_IsALimitAndIsChargedBefore()
    {
        using var store = new Store();
        var table = new HandleTable(store);
        for (var i = 0; i < HandleTable.MaximumHandles; i++)
        {
            table.Add(Own());
        }
        Assert.Equal(LimitedResource.Handles, Assert.Throws<Trap>(() => table.Add(Own())).Limit);
        Assert.InRange(
            store.Budget.Used, (HandleTable.MaximumHandles - 100L) * HandleTable.HandleBytes, HandleTable.MaximumHandles * (long)HandleTable.HandleBytes);

        using var small = new Store(new ExecutionLimits { MemoryBytes = 100 * HandleTable.HandleBytes });
        var narrow = new HandleTable(small);
        for (var i = 0; i < 100; i++)
        {
            narrow.Add(Own());
        }
        Assert.Equal(LimitedResource.Handles, Assert.Throws<Trap>(() => Enumerable.Range(0, 100).Sum(_ => narrow.Add(Own()))).Limit);
    }

    [Fact]
    public void DisposeResources_DisposesWhatIsOwnedAndNotWhatIsBorrowed()
    {
        using var owned = new Resource();
        using var borrowed = new Resource();
        var table = new HandleTable();
        table.Add(new ResourceHandle { Type = Files, HostObject = owned, IsOwn = true });
        table.Add(new ResourceHandle { Type = Files, HostObject = borrowed, BorrowScope = new BorrowScope() });
        table.DisposeResources();
        Assert.True(owned.IsDisposed);
        Assert.False(borrowed.IsDisposed);
        Assert.Throws<Trap>(() => table.Get(1, Files));
    }

    private static ResourceHandle Own() => new() { Type = Files, HostObject = new Resource(), IsOwn = true };

    private sealed class Resource : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
