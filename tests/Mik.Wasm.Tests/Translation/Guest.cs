using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;

namespace Mik.Wasm.Tests.Translation;

/// <summary>Compiles, instantiates and calls in one step.</summary>
internal static class Guest
{
    public static int Run(ModuleBuilder builder, string name, params ReadOnlySpan<int> arguments)
    {
        using var store = new Store();
        return Run(Instantiate(builder, store), name, arguments);
    }

    public static ModuleInstance Instantiate(ModuleBuilder builder, Store store, ImportResolver? imports = null) =>
        CompiledModule.Compile(builder.ToModule()).Instantiate(store, imports);

    public static int Run(ModuleInstance instance, string name, params ReadOnlySpan<int> arguments)
    {
        var values = new WasmValue[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = WasmValue.I32(arguments[i]);
        }
        var results = instance.GetFunction(name)!.Invoke(values);
        return results.Length == 0 ? 0 : results[0].AsI32;
    }
}
