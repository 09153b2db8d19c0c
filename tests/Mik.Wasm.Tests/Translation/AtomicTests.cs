using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;

namespace Mik.Wasm.Tests.Translation;

public sealed class AtomicTests
{
    private const byte Prefix = 0xFE;
    private const byte Wait32 = 0x01;
    private const byte Load32 = 0x10;
    private const byte Add32 = 0x1E;
    private const byte Aligned4 = 2;

    private static readonly byte[] I32 = [Op.TypeI32];

    [Fact]
    public async Task Add_FromTwoThreads_LosesNothing()
    {
        const int Rounds = 100_000;
        var counter = new ModuleBuilder();
        counter.SharedMemory(1, 1);
        counter.ExportMemory("memory");
        var adder = new ModuleBuilder();
        adder.ImportSharedMemory("m", "memory", 1, 1);
        adder.Function(
            "add", I32, [],
            Op.Loop, Op.Empty,
            Op.I32Const, 8, Op.I32Const, 1, Prefix, Add32, Aligned4, 0, Op.Drop,
            Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.LocalTee, 0, Op.BrIf, 0,
            Op.End);
        var compiled = CompiledModule.Compile(adder.ToModule());
        using var owner = new Store();
        var memory = Guest.Instantiate(counter, owner).GetMemory("memory")!;

        await Task.WhenAll(Run(), Run());

        Assert.Equal(2 * Rounds, BitConverter.ToInt32(memory.GetSpan(8, 4)));

        Task Run() => Task.Factory.StartNew(
            () =>
            {
                using var store = new Store();
                var instance = compiled.Instantiate(store, _ => memory);
                Guest.Run(instance, "add", Rounds);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    [Fact]
    public void SharedMemory_OutlivesTheStoreThatMadeIt()
    {
        var counter = new ModuleBuilder();
        counter.SharedMemory(1, 3);
        counter.ExportMemory("memory");
        var user = new ModuleBuilder();
        user.ImportSharedMemory("m", "memory", 1, 3);
        user.Function("f", I32, I32, Op.LocalGet, 0, Op.I32Load, 2, 0, 0x3F, 0, Op.I32Add);
        using var store = new Store();
        ModuleInstance instance;
        using (var owner = new Store())
        {
            var memory = Guest.Instantiate(counter, owner).GetMemory("memory")!;
            instance = CompiledModule.Compile(user.ToModule()).Instantiate(store, _ => memory);
            Assert.Equal(1, memory.Grow(1));
            memory.GetSpan(65536, 4)[0] = 40;
        }
        Assert.Equal(42, Guest.Run(instance, "f", 65536));
    }

    [Fact]
    public async Task Wait_WithoutEnd_IsInterrupted()
    {
        var builder = new ModuleBuilder();
        builder.SharedMemory(1, 1);
        builder.Function("wait", I32, I32, Op.LocalGet, 0, Op.I32Const, 0, Op.I64Const, 0x7F, Prefix, Wait32, Aligned4, 0);
        using var store = new Store();
        var instance = Guest.Instantiate(builder, store);
        using var begun = new SemaphoreSlim(0);
        var waiting = Task.Factory.StartNew(
            () =>
            {
                begun.Release();
                return Assert.Throws<Trap>(() => Guest.Run(instance, "wait", 0));
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await begun.WaitAsync(CancellationToken.None);
        store.Interrupt("enough");
        var trap = await waiting.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.Equal(TrapKind.Interrupted, trap.Kind);
        Assert.Equal("enough", trap.Message);
    }

    [Theory]
    [InlineData(2, TrapKind.UnalignedAtomic)]
    [InlineData(65533, TrapKind.UnalignedAtomic)]
    [InlineData(65536, TrapKind.OutOfBoundsMemoryAccess)]
    [InlineData(-4, TrapKind.OutOfBoundsMemoryAccess)]
    [InlineData(-1, TrapKind.UnalignedAtomic)]
    public void Access_MisalignedOrOutside_Traps(int address, TrapKind expected)
    {
        var builder = new ModuleBuilder();
        builder.Memory(1);
        builder.Function("load", I32, I32, Op.LocalGet, 0, Prefix, Load32, Aligned4, 0);
        builder.Function("add", I32, I32, Op.LocalGet, 0, Op.I32Const, 1, Prefix, Add32, Aligned4, 0);
        Assert.Equal(expected, Assert.Throws<Trap>(() => Guest.Run(builder, "load", address)).Kind);
        Assert.Equal(expected, Assert.Throws<Trap>(() => Guest.Run(builder, "add", address)).Kind);
    }
}
