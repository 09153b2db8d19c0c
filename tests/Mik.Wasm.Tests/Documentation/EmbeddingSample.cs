using System.Text;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.Documentation;

/// <summary>The program of docs/embedding.md; the part between the two lines is there word for word.</summary>
internal static class EmbeddingSample
{
    public static void Run(byte[] bytes, Action<string> print)
    {
        // --- begin ---
        // Decode, validate and compile once; the result may be shared by all threads.
        var module = CompiledModule.Compile(WasmModule.Load(bytes));

        // A store holds what one guest can change. Everything in it is freed when it is disposed.
        using var store = new Store(new ExecutionLimits { MemoryBytes = 16 << 20, StackBytes = 512 << 10 });

        // (func (param i32 i32)): the address and the length of a text in the guest's memory.
        ModuleInstance? guest = null;
        var log = HostFunction.Create(
            store,
            new FunctionType([WasmValueType.I32, WasmValueType.I32], []),
            (arguments, _) =>
            {
                var text = guest!.GetMemory("memory")!.GetSpan((uint)arguments[0].AsI32, (uint)arguments[1].AsI32);
                print(Encoding.UTF8.GetString(text));
            });
        guest = module.Instantiate(store, new Imports().Add("host", "log", log).Resolve);

        // Call an export.
        var results = guest.GetFunction("greet")!.Invoke(WasmValue.I32(21));
        print($"greet gave {results[0].AsI32}");

        // Stop a guest that does not come back. Interrupting is final: the store runs nothing afterwards.
        using var deadline = new Timer(_ => store.Interrupt("out of time"), null, 100, Timeout.Infinite);
        try
        {
            guest.GetFunction("spin")!.Invoke();
        }
        catch (Trap trap)
        {
            print($"{trap.Kind}: {trap.Message}");
        }
        // --- end ---
    }
}
