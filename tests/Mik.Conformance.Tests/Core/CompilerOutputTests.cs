using System.Text;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Conformance.Tests.Core;

/// <summary>What a compiler makes that uses garbage collection, exceptions and tail calls: a program of OCaml with a few functions of preview 1.</summary>
public sealed class CompilerOutputTests
{
    private static readonly string Folder = Path.Combine(ConformanceData.Root ?? "", "..", "guests", "wasm3");

    [ConformanceFact]
    public void OcamlProgram_Run_PrintsWhatItPrintsElsewhere()
    {
        using var store = new Store();
        var output = new StringBuilder();
        ModuleInstance? instance = null;
        var module = CompiledModule.Compile(WasmModule.Load(File.ReadAllBytes(Path.Combine(Folder, "ocaml-gc.core.wasm"))));
        LinearMemory Memory() => instance!.GetMemory("memory")!;
        uint Word(long address) => BitConverter.ToUInt32(Memory().GetSpan((ulong)address, 4));
        void Write(long address, uint value) => BitConverter.TryWriteBytes(Memory().GetSpan((ulong)address, 4), value);
        instance = module.Instantiate(store, import => HostFunction.Create(store, import.Type.Function!, (arguments, results) =>
        {
            switch (import.Name)
            {
                case "fd_write":
                    var written = 0u;
                    for (var i = 0; i < arguments[2].AsI32; i++)
                    {
                        var vector = arguments[1].AsI32 + (i * 8);
                        var text = Memory().GetSpan(Word(vector), Word(vector + 4));
                        output.Append(Encoding.UTF8.GetString(text));
                        written += (uint)text.Length;
                    }
                    Write(arguments[3].AsI32, written);
                    break;
                case "environ_sizes_get":
                    Write(arguments[0].AsI32, 0);
                    Write(arguments[1].AsI32, 0);
                    break;
                case "random_get":
                    Memory().GetSpan((uint)arguments[0].AsI32, (uint)arguments[1].AsI32).Clear();
                    break;
                case "proc_exit":
                    throw new Trap(TrapKind.Exit);
            }
        }));

        try
        {
            instance.GetFunction("_start")!.Invoke();
        }
        catch (Trap trap) when (trap.Kind == TrapKind.Exit)
        {
            // The program says so when it has ended.
        }

        Assert.Equal(File.ReadAllText(Path.Combine(Folder, "ocaml-gc.expected.txt")), output.ToString());
    }
}
