using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Tests.Execution;

public sealed class TableInstanceTests
{
    [Fact]
    public void Grow_Repeatedly_KeepsElements()
    {
        using var store = new Store();
        var table = new TableInstance(store, Type(2, 5000), WasmValue.External(store, "first"));
        var more = WasmValue.External(store, "more");

        for (var size = 2; size < 5000; size += 7)
        {
            Assert.Equal(size, table.Grow(7, more) is var old && old == -1 ? size : old);
        }

        Assert.Equal("first", table.Get(1).AsExternal(store));
        Assert.Equal("more", table.Get(2).AsExternal(store));
        Assert.Equal("more", table.Get(table.Length - 1).AsExternal(store));
        Assert.Equal(-1, table.Grow(5001, more));
    }

    [Fact]
    public void Use_OutsideTable_Traps()
    {
        using var store = new Store();
        var table = new TableInstance(store, Type(2));

        Assert.Equal(TrapKind.OutOfBoundsTableAccess, Assert.Throws<Trap>(() => table.Get(2)).Kind);
        Assert.Throws<Trap>(() => table.Set(ulong.MaxValue, default));
        Assert.True(table.Get(1).IsNull);
    }

    [Fact]
    public void Size_BeyondStoreLimit_IsRefused()
    {
        using var store = new Store(new ExecutionLimits { TableElements = 10 });
        var table = new TableInstance(store, Type(6));

        Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => new TableInstance(store, Type(5))).Kind);
        Assert.Equal(-1, table.Grow(5, default));
        Assert.Equal(6, table.Grow(4, default));
        Assert.Equal(-1, table.Grow(ulong.MaxValue, default));
    }

    [Fact]
    public void Use_AfterStoreIsDisposed_Throws()
    {
        var store = new Store();
        var table = new TableInstance(store, Type(2));
        table.Grow(100, default);
        store.Dispose();

        Assert.Throws<ObjectDisposedException>(() => table.Get(0));
        Assert.Throws<ObjectDisposedException>(() => table.Length);
    }

    private static TableType Type(ulong minimum, ulong? maximum = null) =>
        new(WasmValueType.ExternRef, new Limits(minimum, maximum));
}
