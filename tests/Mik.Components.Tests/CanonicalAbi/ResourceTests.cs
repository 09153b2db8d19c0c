using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasm.Execution;
using static Mik.Components.Tests.CanonicalAbi.TestGuest;

namespace Mik.Components.Tests.CanonicalAbi;

/// <summary>Resources of the host in the hands of guests, good and bad ones.</summary>
public sealed class ResourceTests
{
    // Functions of the guest's main module.
    private const byte Create = 0;
    private const byte Value = 1;
    private const byte Take = 2;
    private const byte Compare = 3;
    private const byte Drop = 4;

    private static readonly ComponentValueType U32 = new PrimitiveType(ComponentTypeKind.U32);
    private static readonly ResourceVariable Variable = ResourceVariable.OfInstance("thing", 0, 0, ["thing"]);
    private static readonly OwnType Own = new(new ResourceType(Variable));
    private static readonly BorrowType Borrow = new(new ResourceType(Variable));

    [Fact]
    public void Guest_CreatesUsesAndDrops_DisposesOnce()
    {
        var log = new ThingLog();
        // value(create(7)), then drop(1): handles start at 1.
        Run(log, new([], U32), [.. ConstI32(7), 0x10, Create, 0x10, Value, .. ConstI32(1), 0x10, Drop], instance =>
            Assert.Equal(7u, instance.GetFunction("run")!.Call()));
        Assert.Equal(["created 7", "disposed 7"], log.Events);
    }

    [Fact]
    public void Guest_LeavesAHandle_InstanceDisposesIt()
    {
        var log = new ThingLog();
        Run(log, new([], U32), [.. ConstI32(7), 0x10, Create], instance =>
        {
            instance.GetFunction("run")!.Call();
            instance.GetFunction("run")!.Call();
            Assert.Equal(["created 7", "created 7"], log.Events);
        });
        Assert.Equal(["created 7", "created 7", "disposed 7", "disposed 7"], log.Events);
    }

    [Fact]
    public void Guest_GivesAway_HostOwnsAndTheHandleIsGone()
    {
        var log = new ThingLog();
        Run(log, new([], null), [.. ConstI32(7), 0x10, Create, 0x10, Take, .. ConstI32(1), 0x10, Drop], AssertTraps);
        Assert.Equal(["created 7", "taken 7"], log.Events);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void Guest_UsesUnknownHandle_Traps(int handle) =>
        Run(new ThingLog(), new([], U32), [.. ConstI32(7), 0x10, Create, 0x1A, .. ConstI32(handle), 0x10, Value], AssertTraps);

    [Fact]
    public void Guest_DropsTwice_Traps()
    {
        var log = new ThingLog();
        Run(log, new([], null), [.. ConstI32(7), 0x10, Create, 0x10, Drop, .. ConstI32(1), 0x10, Drop], AssertTraps);
        Assert.Equal(["created 7", "disposed 7"], log.Events);
    }

    [Fact]
    public void Guest_LendsAndGivesOneHandleInOneCall_Traps()
    {
        var log = new ThingLog();
        // compare(self: borrow, other: own) with the same handle.
        Run(log, new([], null), [.. ConstI32(7), 0x10, Create, 0x1A, .. ConstI32(1), .. ConstI32(1), 0x10, Compare], AssertTraps);
        Assert.Equal(["created 7", "disposed 7"], log.Events);
    }

    [Fact]
    public void Guest_LendsAndGivesTwoHandles_MayDropTheLentOneAfterwards()
    {
        var log = new ThingLog();
        Run(
            log,
            new([], null),
            [.. ConstI32(7), 0x10, Create, .. ConstI32(8), 0x10, Create, 0x10, Compare, .. ConstI32(1), 0x10, Drop],
            instance => instance.GetFunction("run")!.Call());
        Assert.Equal(["created 7", "created 8", "compared 7 8", "disposed 7"], log.Events);
    }

    [Fact]
    public void Host_LendsToAnExport_GuestMustDropBeforeItReturns()
    {
        var log = new ThingLog();
        var lent = new Thing(log, 9);
        var type = new ComponentFunctionType([new("t", Borrow)], U32);
        Run(log, type, [0x20, 0, 0x10, Value, 0x20, 0, 0x10, Drop], instance =>
        {
            var run = instance.Compiled.BindExport<Func<ComponentInstance, Thing, uint>>("", "run")!;
            Assert.Equal(9u, run(instance, lent));
            Assert.Equal(9u, instance.GetFunction("run")!.Call(lent));
        });
        Run(log, type, [0x20, 0, 0x10, Value], instance =>
        {
            var run = instance.Compiled.BindExport<Func<ComponentInstance, Thing, uint>>("", "run")!;
            Assert.Contains("borrow", Assert.Throws<Trap>(() => run(instance, lent)).Message, StringComparison.Ordinal);
        });
        // Neither the guest nor its end disposes what is only lent.
        Assert.Empty(log.Events);
    }

    [Fact]
    public void Guest_GivesAwayABorrow_Traps() =>
        Run(new ThingLog(), new([new("t", Borrow)], null), [0x20, 0, 0x10, Take], instance =>
            Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call(new Thing(new ThingLog(), 1))));

    [Fact]
    public void Export_ReturnsOwn_HostGetsTheObject()
    {
        var log = new ThingLog();
        Run(log, new([], Own), [.. ConstI32(5), 0x10, Create], instance =>
        {
            using var thing = instance.Compiled.BindExport<Func<ComponentInstance, Thing>>("", "run")!(instance);
            Assert.Equal(5u, thing.Value());
        });
        Assert.Equal(["created 5", "disposed 5"], log.Events);
    }

    [Fact]
    public void Host_GivesAnObjectOfAnotherClass_IsRefused() =>
        Run(new ThingLog(), new([new("t", Own)], null), [], instance =>
            Assert.Throws<InvalidOperationException>(() => instance.GetFunction("run")!.Call("text")));

    private static void AssertTraps(ComponentInstance instance) => Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call());

    private static void Run(ThingLog log, ComponentFunctionType export, byte[] body, Action<ComponentInstance> act)
    {
        var guest = new TestGuest
        {
            Interface = "test:host/things",
            Resource = Variable,
            Imports =
            [
                ("[constructor]thing", new([new("value", U32)], Own)),
                ("[method]thing.value", new([new("self", Borrow)], U32)),
                ("[static]thing.take", new([new("thing", Own)], null)),
                ("[method]thing.compare", new([new("self", Borrow), new("other", Own)], null)),
            ],
            Export = export,
            Body = body,
        };
        var compiled = CompiledComponent.Compile(guest.Build(), new Linker().AddInterface(typeof(Thing)));
        using var instance = compiled.Instantiate(new InstanceOptions { HostContext = log });
        act(instance);
    }
}

/// <summary>What happened to things, and what their functions are given.</summary>
public sealed class ThingLog
{
    internal List<string> Events { get; } = [];
}

/// <summary><c>resource thing</c>.</summary>
[WitResource("test:host/things", "thing")]
public sealed class Thing(ThingLog log, uint value) : IDisposable
{
    public static Thing Create(ThingLog log, uint value)
    {
        log.Events.Add($"created {value}");
        return new Thing(log, value);
    }

    public uint Value() => value;

    public static void Take(ThingLog log, Thing thing) => log.Events.Add($"taken {thing.Value()}");

    public void Compare(Thing other) => log.Events.Add($"compared {value} {other.Value()}");

    public void Dispose() => log.Events.Add($"disposed {value}");
}
