using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Platform;
using Mik.Wasm.Tests.Execution;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Instantiation;

/// <summary>Many threads, many stores, one module: nothing of one guest shows in another, and nothing is left behind.</summary>
public sealed class HammerTests
{
    private const int Guests = 3000;
    private static readonly FunctionType Exchange = new([WasmValueType.I32], [WasmValueType.I32]);

    [Fact]
    public void Guests_OnManyThreads_SeeOnlyTheirOwn()
    {
        var space = new RecordingAddressSpace(AddressSpace.Current);
        var module = CompiledModule.Compile(Module());

        Parallel.For(0, Guests, new ParallelOptions { MaxDegreeOfParallelism = 64 }, canary => Run(module, space, canary));

        Assert.Equal(0, space.Held);
    }

    private static void Run(CompiledModule module, RecordingAddressSpace space, int canary)
    {
        using var store = new Store(new ExecutionLimits { StackBytes = 64 * 1024 }, space);
        var add = HostFunction.Create(store, Exchange, (arguments, results) => results[0] = WasmValue.I32(arguments[0].AsI32 + canary));
        var guest = module.Instantiate(store, _ => add);

        // Stores what the host gave for 1000, then reads it back.
        Assert.Equal(1000 + canary, guest.GetFunction("keep")!.Invoke(WasmValue.I32(1000))[0].AsI32);
        Assert.Equal(1000 + canary, BitConverter.ToInt32(guest.GetMemory("memory")!.GetSpan(64, 4)));
        if (canary % 16 == 0)
        {
            Assert.Equal(TrapKind.CallStackExhausted, Assert.Throws<Trap>(() => guest.GetFunction("down")!.Invoke()).Kind);
        }
        if (canary % 7 == 0)
        {
            store.Interrupt("enough");
            Assert.Equal(TrapKind.Interrupted, Assert.Throws<Trap>(() => guest.GetFunction("keep")!.Invoke(WasmValue.I32(1))).Kind);
        }
    }

    private static WasmModule Module()
    {
        var builder = new ModuleBuilder();
        var exchange = builder.Type([Op.TypeI32], [Op.TypeI32]);
        builder.ImportFunction("h", "add", exchange);
        builder.Function(
            "keep", exchange, [],
            [
                Op.I32Const, .. ModuleBuilder.Signed(64), Op.LocalGet, 0, Op.Call, 0, Op.I32Store, 2, 0,
                Op.I32Const, .. ModuleBuilder.Signed(64), Op.I32Load, 2, 0,
            ]);
        builder.Function("down", [], [], Op.Call, 2);
        builder.Memory(1, 4);
        builder.ExportMemory("memory");
        return builder.ToModule();
    }
}
