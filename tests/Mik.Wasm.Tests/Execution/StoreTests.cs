using System.Runtime.CompilerServices;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Platform;

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
