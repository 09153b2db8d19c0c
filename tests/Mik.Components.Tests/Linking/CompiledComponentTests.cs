using System.Runtime.CompilerServices;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Components.Tests.CanonicalAbi;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Components.Tests.Linking;

public sealed class CompiledComponentTests
{
    private static readonly ComponentValueType U32 = new PrimitiveType(ComponentTypeKind.U32);
    private static readonly ComponentValueType Text = new PrimitiveType(ComponentTypeKind.String);

    [Fact]
    public void BindExport_DelegateOfAnotherShape_SaysWhatDoesNotFit()
    {
        var compiled = new TestGuest { Export = new([new("v", U32)], null), Body = [] }.Compile();
        var error = Assert.Throws<ComponentLinkException>(() => compiled.BindExport<Action<ComponentInstance, string>>("", "run"));
        Assert.Contains("u32 needs UInt32, not String", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => compiled.BindExport<Action<uint>>("", "run"));
    }

    [Fact]
    public void BindExport_InstanceOfAnotherComponent_IsRefused()
    {
        var guest = new TestGuest { Export = new([], null), Body = [] };
        var run = guest.Compile().BindExport<Action<ComponentInstance>>("", "run")!;
        using var other = guest.Instantiate();
        Assert.Throws<ArgumentException>(() => run(other));
    }

    [Fact]
    public void Compile_FunctionTypeOfManyParts_IsRefusedQuickly()
    {
        var type = Text;
        for (var i = 0; i < 16; i++)
        {
            type = new ListType(new TupleType([type, type]));
        }
        var error = Assert.Throws<ComponentLinkException>(() => new TestGuest { Export = new([new("v", type)], null), Body = [] }.Compile());
        Assert.Contains("parts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instantiate_ModuleThatCatchesWithoutTagsBesideOneThatDoesNot_Runs()
    {
        byte[] head = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0];
        var plain = WasmModule.Load((byte[])[.. head, 0x0A, 4, 1, 2, 0, 0x0B]);
        var catching = WasmModule.Load((byte[])[.. head, 0x0A, 8, 1, 6, 0, 0x1F, 0x40, 0, 0x0B, 0x0B]);
        var component = new Component(
            [new CoreModuleDefinition(plain), new CoreModuleDefinition(catching), new CoreInstantiation(0, []), new CoreInstantiation(1, [])], [], [],
            new ComponentType(new ExternList(), new ExternList(), [], []));

        using var instance = CompiledComponent.Compile(component, new Linker()).Instantiate();
    }

    [Fact]
    public void Post_OfAnOperationThatWasAbandoned_IsNotKept()
    {
        // There is no loop that could take it.
        var operation = new HostOperation(null!, () => Assert.Fail("it was abandoned"), isCounted: false);
        operation.Wait(new TaskCompletionSource().Task, null);
        operation.Abandon();
        operation.Post();
    }

    [Fact]
    public void Instantiate_ComponentsThatMultiply_EndsAtTheLimit()
    {
        // Each of 40 components instantiates the one before twice.
        var empty = new ComponentType(new ExternList(), new ExternList(), [], []);
        var component = new Component([], [], [], empty);
        for (var i = 0; i < 40; i++)
        {
            component = new Component(
                [new ComponentDefinition(component), new ComponentInstantiation(0, []), new ComponentInstantiation(0, [])], [], [], empty);
        }
        var compiled = CompiledComponent.Compile(component, new Linker());
        Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => compiled.Instantiate()).Kind);
    }

    [Fact]
    public void Interrupt_RunningGuest_EndsWithTheReason()
    {
        // loop br 0 end
        using var instance = new TestGuest { Export = new([], null), Body = [0x03, 0x40, 0x0C, 0x00, 0x0B] }.Instantiate();
        using var timer = new Timer(_ => instance.Interrupt("too slow"), null, 50, Timeout.Infinite);
        var trap = Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call());
        Assert.Equal((TrapKind.Interrupted, "too slow"), (trap.Kind, trap.Message));
    }

    [Fact]
    public void Call_AfterDispose_IsRefused()
    {
        var compiled = new TestGuest { Export = new([], null), Body = [] }.Compile();
        var run = compiled.BindExport<Action<ComponentInstance>>("", "run")!;
        var instance = compiled.Instantiate();
        var function = instance.GetFunction("run")!;
        run(instance);
        instance.Dispose();
        Assert.Throws<ObjectDisposedException>(() => function.Call());
        Assert.ThrowsAny<Exception>(() => run(instance));
        instance.Dispose();
    }

    [Fact]
    public void Instantiate_OnManyThreads_EachInstanceHasItsOwnMemory()
    {
        var type = new ComponentFunctionType([new("v", Text)], Text);
        var compiled = TestGuest.Echo(type).Compile(new DelegateFunction("f", type, arguments => arguments[0]));
        var run = compiled.BindExport<Func<ComponentInstance, string, string>>("", "run")!;
        Parallel.For(0, 200, i =>
        {
            using var instance = compiled.Instantiate();
            for (var j = 0; j < 5; j++)
            {
                Assert.Equal($"{i} {j}", run(instance, $"{i} {j}"));
            }
        });
    }

    [Fact]
    public void CompiledComponent_NoLongerUsed_IsUnloaded()
    {
        var code = UseOnce();
        for (var i = 0; i < 20 && code.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(code.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseOnce()
    {
        var type = new ComponentFunctionType([new("v", Text)], Text);
        var compiled = TestGuest.Echo(type).Compile(new DelegateFunction("f", type, arguments => arguments[0]));
        var run = compiled.BindExport<Func<ComponentInstance, string, string>>("", "run")!;
        using var instance = compiled.Instantiate();
        Assert.Equal("x", run(instance, "x"));
        return new WeakReference(run.Method.Module.Assembly);
    }
}
