using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Platform;

namespace Mik.Wasm.Tests.Execution;

public sealed unsafe class LinearMemoryTests
{
    private const int PageSize = 65536;

    public static TheoryData<bool> AddressSpaces => [false, true];

    [Theory, MemberData(nameof(AddressSpaces))]
    public void Grow_WithinMaximum_KeepsBaseAndContents(bool portable)
    {
        using var store = NewStore(portable);
        var memory = new LinearMemory(store, Type(1, 5));
        var start = memory.Record->Base;
        memory.GetSpan(PageSize - 1, 1)[0] = 42;

        Assert.Equal(1, memory.Grow(3));

        Assert.Equal(start, memory.Record->Base);
        Assert.Equal(4 * PageSize, memory.Length);
        Assert.Equal(42, memory.GetSpan(PageSize - 1, 1)[0]);
        Assert.False(memory.GetSpan(PageSize, 3 * PageSize).ContainsAnyExcept((byte)0));
        memory.GetSpan(0, 4 * PageSize).Fill(7);
        Assert.Equal(-1, memory.Grow(2));
        Assert.Equal(4, memory.Grow(0));
    }

    [Theory, MemberData(nameof(AddressSpaces))]
    public void Grow_BeyondStoreLimit_Fails(bool portable)
    {
        using var store = NewStore(portable, 3 * PageSize);
        var first = new LinearMemory(store, Type(1));
        var second = new LinearMemory(store, Type(1));

        Assert.Equal(1, first.Grow(1));
        Assert.Equal(-1, second.Grow(1));
        Assert.Equal(3 * PageSize, store.MemoryBytes);
    }

    [Fact]
    public void Create_BeyondStoreLimit_Traps()
    {
        using var store = NewStore(portable: false, limit: PageSize);

        Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => new LinearMemory(store, Type(2))).Kind);
        Assert.Equal(0, store.MemoryBytes);
    }

    [Fact]
    public void Create_EmptyMemory_HasNoBytes()
    {
        using var store = new Store();
        var memory = new LinearMemory(store, Type(0, 0));

        Assert.Equal(0, memory.GetSpan(0, 0).Length);
        Assert.Throws<Trap>(() => memory.GetSpan(0, 1).Length);
        Assert.Throws<Trap>(() => memory.GetSpan(1, 0).Length);
        Assert.Equal(-1, memory.Grow(1));
    }

    [Fact]
    public void Grow_HugeDelta_Fails()
    {
        using var store = new Store();

        Assert.Equal(-1, new LinearMemory(store, Type(1)).Grow(ulong.MaxValue));
        var wide = new LinearMemory(store, new MemoryType(new Limits(1, null, Is64: true)));
        Assert.Equal(-1, wide.Grow(ulong.MaxValue));
        Assert.Equal(-1, wide.Grow(1UL << 45));
        Assert.Equal(1, wide.Grow(1));
    }

    [Theory]
    [InlineData(0, PageSize + 1)]
    [InlineData(1, PageSize)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(1, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, ulong.MaxValue)]
    public void GetSpan_OutsideMemory_Traps(ulong offset, ulong length)
    {
        using var store = new Store();
        var memory = new LinearMemory(store, Type(1));

        var trap = Assert.Throws<Trap>(() => memory.GetSpan(offset, length).Length);

        Assert.Equal(TrapKind.OutOfBoundsMemoryAccess, trap.Kind);
    }

    [Fact]
    public void Create_LittleAddressSpace_GrowsAsFarAsItGoes()
    {
        var space = new RecordingAddressSpace(new PortableAddressSpace()) { LargestReservation = 4 * PageSize };
        using var store = new Store(null, space);
        var memory = new LinearMemory(store, Type(1));

        Assert.Equal(1, memory.Grow(3));
        Assert.Equal(-1, memory.Grow(1));
    }

    [Fact]
    public void Create_NoAddressSpace_TrapsAndHoldsNothing()
    {
        var space = new RecordingAddressSpace(new PortableAddressSpace()) { LargestReservation = 0 };
        using (var store = new Store(null, space))
        {
            Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => new LinearMemory(store, Type(1))).Kind);
        }
        Assert.Equal(0, space.Held);
    }

    [Fact]
    public void Grow_SystemHasNoMemory_FailsAndReturnsTheClaim()
    {
        var space = new RecordingAddressSpace(new PortableAddressSpace()) { Committable = PageSize };
        using (var store = new Store(null, space))
        {
            var memory = new LinearMemory(store, Type(1));
            Assert.Equal(-1, memory.Grow(1));
            Assert.Equal(PageSize, store.MemoryBytes);
            Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => new LinearMemory(store, Type(1))).Kind);
        }
        Assert.Equal(0, space.Held);
    }

    [Fact]
    public void Use_AfterStoreIsDisposed_Throws()
    {
        var store = new Store();
        var memory = new LinearMemory(store, Type(1));
        store.Dispose();

        Assert.Throws<ObjectDisposedException>(() => memory.GetSpan(0, 1).Length);
        Assert.Throws<ObjectDisposedException>(() => memory.Length);
        Assert.Throws<ObjectDisposedException>(() => memory.Grow(1));
    }

    private static MemoryType Type(ulong minimum, ulong? maximum = null) => new(new Limits(minimum, maximum));

    private static Store NewStore(bool portable, long limit = 16 * 1024 * 1024) =>
        new(new ExecutionLimits { MemoryBytes = limit }, portable ? new PortableAddressSpace() : AddressSpace.Current);
}
