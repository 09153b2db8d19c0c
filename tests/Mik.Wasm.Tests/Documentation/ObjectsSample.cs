using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.Documentation;

/// <summary>The program of docs/embedding-objects.md; the part between the two lines is there word for word.</summary>
internal static class ObjectsSample
{
    public static void Run(byte[] bytes, Action<string> print)
    {
        // --- begin ---
        using var store = new Store(new ExecutionLimits { MemoryBytes = 16 << 20 });
        var bank = CompiledModule.Compile(WasmModule.Load(bytes)).Instantiate(store);

        // A structure of the guest: the host can keep it and pass it on, and looks into it by the guest's functions.
        var account = bank.GetFunction("open")!.Invoke(WasmValue.I32(100))[0];
        bank.GetFunction("withdraw")!.Invoke(account, WasmValue.I32(30));
        print($"balance {bank.GetFunction("balance")!.Invoke(account)[0].AsI32}");

        // An exception that the guest does not catch, told by its tag.
        var overdrawn = (TagInstance)bank.GetExport("overdrawn")!;
        try
        {
            bank.GetFunction("withdraw")!.Invoke(account, WasmValue.I32(100));
        }
        catch (GuestException exception) when (exception.Tag == overdrawn)
        {
            print($"overdrawn by {exception.Values[0].AsI32}, thrown in {exception.Thrower}");
        }

        // It is no trap: the guest goes on.
        print($"balance {bank.GetFunction("balance")!.Invoke(account)[0].AsI32}");
        // --- end ---
    }
}
