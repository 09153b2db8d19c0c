using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Instantiation;

/// <summary>Guests that must be stopped: loops, recursion, traps and exceptions of the host.</summary>
public sealed class GuestControlTests
{
    private static readonly FunctionType NothingToNothing = new([], []);

    [Fact]
    public void Interrupt_EndlessLoop_EndsItAndEveryLaterCall()
    {
        using var store = new Store();
        var builder = new ModuleBuilder();
        builder.Function("spin", [], [], Op.Loop, Op.Empty, Op.Br, 0, Op.End);
        builder.Function("nop", [], []);
        var instance = CompiledModule.Compile(builder.ToModule()).Instantiate(store);
        using var timer = new Timer(_ => store.Interrupt("the deadline passed"), null, 50, Timeout.Infinite);

        var trap = Assert.Throws<Trap>(() => instance.GetFunction("spin")!.Invoke());

        Assert.Equal(TrapKind.Interrupted, trap.Kind);
        Assert.Equal("the deadline passed", trap.Message);
        Assert.Equal(["spin"], trap.GuestStack);
        Assert.Equal(TrapKind.Interrupted, Assert.Throws<Trap>(() => instance.GetFunction("nop")!.Invoke()).Kind);
    }

    [Fact]
    public void Interrupt_FromHostFunction_EndsTheLoopAfterIt()
    {
        using var store = new Store();
        var builder = new ModuleBuilder();
        var type = builder.Type([], []);
        var stop = builder.ImportFunction("h", "stop", type);
        builder.Function("main", type, [], Op.Call, (byte)stop, Op.Loop, Op.Empty, Op.Br, 0, Op.End);
        var host = HostFunction.Create(store, NothingToNothing, (_, _) => store.Interrupt("by the host"));
        var main = Instantiate(builder, store, host).GetFunction("main")!;

        Assert.Equal(TrapKind.Interrupted, Assert.Throws<Trap>(() => main.Invoke()).Kind);
    }

    [Fact]
    public void Recursion_Endless_ExhaustsTheStackAndLeavesTheStoreUsable()
    {
        using var store = new Store(new ExecutionLimits { StackBytes = 256 * 1024 });
        var builder = new ModuleBuilder();
        builder.Function("down", [], [], Op.Call, 0);
        builder.Function("answer", [], [Op.TypeI32], Op.I32Const, 42);
        var instance = CompiledModule.Compile(builder.ToModule()).Instantiate(store);

        for (var i = 0; i < 3; i++)
        {
            var trap = Assert.Throws<Trap>(() => instance.GetFunction("down")!.Invoke());
            Assert.Equal(TrapKind.CallStackExhausted, trap.Kind);
            Assert.Equal(100, trap.GuestStack.Count);
            Assert.Equal("down", trap.GuestStack[0]);
        }
        Assert.Equal(42, instance.GetFunction("answer")!.Invoke()[0].AsI32);
    }

    [Fact]
    public void Recursion_ThroughTheHost_CountsAllFrames()
    {
        using var store = new Store(new ExecutionLimits { StackBytes = 128 * 1024 });
        var builder = new ModuleBuilder();
        var type = builder.Type([], []);
        builder.ImportFunction("h", "again", type);
        builder.Function("down", type, [], Op.Call, 0);
        FunctionInstance? down = null;
        var host = HostFunction.Create(store, NothingToNothing, (_, _) => down!.Invoke());
        down = Instantiate(builder, store, host).GetFunction("down");

        Assert.Equal(TrapKind.CallStackExhausted, Assert.Throws<Trap>(() => down!.Invoke()).Kind);
    }

    [Fact]
    public void HostException_ReachesTheCallerOfTheGuest()
    {
        using var store = new Store();
        var builder = new ModuleBuilder();
        var type = builder.Type([], []);
        builder.ImportFunction("h", "fail", type);
        builder.Function("main", type, [], Op.Call, 0);
        var host = HostFunction.Create(store, NothingToNothing, static (_, _) => throw new TimeoutException("host"));
        var main = Instantiate(builder, store, host).GetFunction("main")!;

        Assert.Throws<TimeoutException>(() => main.Invoke());
        Assert.Throws<TimeoutException>(() => main.Invoke());
    }

    [Fact]
    public void Trap_NamesTheGuestsFunctions()
    {
        using var store = new Store();
        var builder = new ModuleBuilder();
        var inner = builder.Function("inner", [], [], Op.Unreachable);
        builder.Function("outer", [], [], Op.Call, (byte)inner);
        var outer = CompiledModule.Compile(builder.ToModule()).Instantiate(store).GetFunction("outer")!;

        var trap = Assert.Throws<Trap>(() => outer.Invoke());

        Assert.Equal(TrapKind.Unreachable, trap.Kind);
        Assert.Equal("outer", trap.GuestStack[^1]);
        Assert.Contains("inner", trap.GuestStack);
    }

    private static ModuleInstance Instantiate(ModuleBuilder builder, Store store, FunctionInstance host) =>
        CompiledModule.Compile(builder.ToModule()).Instantiate(store, _ => host);
}
