using System.Runtime.CompilerServices;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Platform;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Execution;

public sealed unsafe class StoreTests
{
    [Fact]
    public void Dispose_Twice_ReleasesOnce()
    {
        var space = new RecordingAddressSpace(AddressSpace.Current);
        var store = new Store(null, space);
        _ = new LinearMemory(store, new MemoryType(new Limits(1, 2)));
        Assert.Equal(1, space.Held);

        store.Dispose();
        store.Dispose();

        Assert.Equal(0, space.Held);
        Assert.True(store.IsDisposed);
    }

    [Fact]
    public void Dispose_WhileGuestRuns_Throws()
    {
        using var store = new Store();
        using (store.Enter())
        {
            Assert.Throws<InvalidOperationException>(store.Dispose);
        }
    }

    [Fact]
    public void Use_AfterDispose_Throws()
    {
        var store = new Store();
        var global = new GlobalInstance(store, new GlobalType(WasmValueType.I32, IsMutable: true), WasmValue.I32(1));
        var function = HostFunction.Create(store, new FunctionType([], []), static (_, _) => { });
        store.Dispose();

        Assert.Throws<ObjectDisposedException>(() => { using var scope = store.Enter(); });
        Assert.Throws<ObjectDisposedException>(() => global.Value);
        Assert.Throws<ObjectDisposedException>(() => function.Invoke());
        Assert.Throws<ObjectDisposedException>(() => WasmValue.External(store, "x"));
        Assert.Throws<ObjectDisposedException>(() => new LinearMemory(store, new MemoryType(new Limits(1, null))));
        store.Interrupt("too late");
    }

    [Fact]
    public void Finalizer_StoreNobodyDisposed_ReleasesMemory()
    {
        var space = new RecordingAddressSpace(AddressSpace.Current);
        Abandon(space);

        for (var i = 0; i < 10 && space.Held > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, space.Held);
    }

    [Fact]
    public void Enter_Nested_KeepsTheLimitOfTheOutermost()
    {
        using var store = new Store(new ExecutionLimits { StackBytes = 100_000 });
        using (store.Enter())
        {
            var limit = store.State->StackLimit;
            byte here;
            Assert.InRange((long)((nuint)(&here) - limit), 90_000, 110_000);
            EnterDeeper(store, limit);
            Assert.Equal(1, store.State->EntryDepth);
        }
        Assert.Equal(0, store.State->EntryDepth);
    }

    [Fact]
    public void Enter_SmallThread_LimitStaysAboveTheEndOfItsStack()
    {
        long room = 0;
        var thread = new Thread(
            () =>
            {
                using var store = new Store(new ExecutionLimits { StackBytes = 64 * 1024 * 1024 });
                using var scope = store.Enter();
                byte here;
                room = (long)((nuint)(&here) - store.State->StackLimit);
            },
            maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();

        Assert.InRange(room, 1, 512 * 1024);
    }

    [Fact]
    public void Enter_FromAnotherThreadMeanwhile_Throws()
    {
        using var store = new Store();
        using (store.Enter())
        {
            Exception? caught = null;
            var thread = new Thread(() => caught = Record.Exception(() => { using var scope = store.Enter(); }));
            thread.Start();
            thread.Join();
            Assert.IsType<InvalidOperationException>(caught);
        }
        var later = new Thread(() => { using var scope = store.Enter(); });
        later.Start();
        later.Join();
    }

    [Fact]
    public void Interrupt_IsSticky()
    {
        using var store = new Store();
        store.Interrupt("deadline");
        store.Interrupt("another");

        for (var i = 0; i < 2; i++)
        {
            var trap = Assert.Throws<Trap>(() => { using var scope = store.Enter(); });
            Assert.Equal(TrapKind.Interrupted, trap.Kind);
            Assert.Equal("deadline", trap.Message);
        }
        Assert.Equal(nuint.MaxValue, store.State->StackLimit);
        Assert.Equal(0, store.State->EntryDepth);
    }

    [Fact]
    public void Interrupt_RacingWithEnterAndDispose_IsNeverLost()
    {
        for (var round = 0; round < 500; round++)
        {
            var store = new Store();
            var interrupter = new Thread(() => store.Interrupt("race"));
            interrupter.Start();
            try
            {
                using var scope = store.Enter();
                while (Volatile.Read(ref store.State->Interrupt) == 0)
                {
                    Thread.Yield();
                }
                interrupter.Join();
                Assert.Equal(nuint.MaxValue, Volatile.Read(ref store.State->StackLimit));
            }
            catch (Trap trap)
            {
                Assert.Equal(TrapKind.Interrupted, trap.Kind);
            }
            store.Dispose();
            interrupter.Join();
        }
    }

    [Fact]
    public void External_RoundTrip_GivesTheSameObject()
    {
        using var store = new Store();
        var value = new object();

        Assert.Same(value, WasmValue.External(store, value).AsExternal(store));
        Assert.Null(WasmValue.External(store, null).AsExternal(store));
    }

    [Fact]
    public void External_OfAnotherStore_IsRefused()
    {
        using var store = new Store();
        using var other = new Store();
        var own = WasmValue.External(store, "own");
        var foreign = WasmValue.External(other, "foreign");
        var global = new GlobalInstance(store, new GlobalType(WasmValueType.ExternRef, IsMutable: true), own);
        var table = new TableInstance(store, new TableType(WasmValueType.ExternRef, new Limits(1, null)), own);

        Assert.NotEqual(own, foreign);
        Assert.Throws<ArgumentException>(() => foreign.AsExternal(store));
        Assert.Throws<ArgumentException>(() => global.Value = foreign);
        Assert.Throws<ArgumentException>(() => table.Set(0, foreign));
        Assert.Throws<ArgumentException>(() => WasmValue.I32(1).AsExternal(store));
        Assert.Equal("own", global.Value.AsExternal(store));
        Assert.Equal("foreign", foreign.AsExternal(other));
    }

    [Fact]
    public void Objects_OfAnotherStore_AreRefused()
    {
        using var store = new Store();
        using var other = new Store();
        var builder = new ModuleBuilder();
        builder.Type(0x5F, 1, Op.TypeI32, 0);
        builder.Function("make", builder.Type(0x60, 1, Op.TypeI32, 1, 0x64, 0), [], Op.LocalGet, 0, 0xFB, 0, 0);
        builder.Function("read", builder.Type(0x60, 1, 0x64, 0, 1, Op.TypeI32), [], Op.LocalGet, 0, 0xFB, 2, 0, 0);
        builder.Function("keep", builder.Type(0x60, 1, 0x6F, 1, 0x6F), [], Op.LocalGet, 0);
        var (one, two) = (Guest.Instantiate(builder, store), Guest.Instantiate(builder, other));
        var made = one.GetFunction("make")!.Invoke(WasmValue.I32(100))[0];
        two.GetFunction("make")!.Invoke(WasmValue.I32(999));

        Assert.Equal(100, one.GetFunction("read")!.Invoke(made)[0].AsI32);
        Assert.Throws<ArgumentException>(() => two.GetFunction("read")!.Invoke(made));
        Assert.Throws<ArgumentException>(() => two.GetFunction("keep")!.Invoke(WasmValue.External(store, "x")));
        Assert.Equal("y", two.GetFunction("keep")!.Invoke(WasmValue.External(other, "y"))[0].AsExternal(other));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(RecordingAddressSpace space)
    {
        var store = new Store(null, space);
        _ = new LinearMemory(store, new MemoryType(new Limits(1, 2)));
        _ = HostFunction.Create(store, new FunctionType([], []), static (_, _) => { });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EnterDeeper(Store store, nuint limit)
    {
        using var scope = store.Enter();
        Assert.Equal(limit, store.State->StackLimit);
        Assert.Equal(2, store.State->EntryDepth);
    }
}
