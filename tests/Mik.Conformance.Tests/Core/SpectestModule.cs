using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Core;

/// <summary>The host module <c>spectest</c> that the core suite imports from.</summary>
internal static class SpectestModule
{
    private const string Module = "spectest";

    /// <summary>Adds the module's exports to the imports.</summary>
    public static void AddTo(Imports imports, Store store)
    {
        void Add(string name, ExternalValue value) => imports.Add(Module, name, value);
        void AddPrint(string name, params WasmValueType[] parameters) =>
            Add(name, HostFunction.Create(store, new FunctionType(parameters, []), static (_, _) => { }));
        void AddGlobal(string name, WasmValueType type, WasmValue value) =>
            Add(name, new GlobalInstance(store, new GlobalType(type, IsMutable: false), value));

        AddPrint("print");
        AddPrint("print_i32", WasmValueType.I32);
        AddPrint("print_i64", WasmValueType.I64);
        AddPrint("print_f32", WasmValueType.F32);
        AddPrint("print_f64", WasmValueType.F64);
        AddPrint("print_i32_f32", WasmValueType.I32, WasmValueType.F32);
        AddPrint("print_f64_f64", WasmValueType.F64, WasmValueType.F64);
        AddGlobal("global_i32", WasmValueType.I32, WasmValue.I32(666));
        AddGlobal("global_i64", WasmValueType.I64, WasmValue.I64(666));
        AddGlobal("global_f32", WasmValueType.F32, WasmValue.F32(666.6f));
        AddGlobal("global_f64", WasmValueType.F64, WasmValue.F64(666.6));
        Add("table", new TableInstance(store, new TableType(WasmValueType.FuncRef, new Limits(10, 20))));
        Add("table64", new TableInstance(store, new TableType(WasmValueType.FuncRef, new Limits(10, 20, Is64: true))));
        Add("memory", new LinearMemory(store, new MemoryType(new Limits(1, 2))));
        imports.Add("wasmtime", "gc", HostFunction.Create(store, new FunctionType([], []), static (_, _) => GC.Collect(0)));
        Add("shared_memory", new LinearMemory(store, new MemoryType(new Limits(1, 2), IsShared: true)));
    }
}
