using Wasmtime;

namespace Mik.Bench.Kernels;

/// <summary>A kernel on Wasmtime, which may be interrupted there as on this engine: it looks at its epoch in every loop.</summary>
internal static class WasmtimeKernel
{
    /// <summary>Compiles a module; what calls its <c>run</c>.</summary>
    /// <exception cref="DllNotFoundException">The native library does not load here.</exception>
    public static Func<int, int> Load(string path)
    {
        var engine = new Engine(new Config().WithEpochInterruption(true).WithFunctionReferences(true).WithGc(true).WithExceptions(true));
        var store = new Wasmtime.Store(engine);
        store.SetEpochDeadline(1);
        return new Instance(store, Module.FromFile(engine, path)).GetFunction<int, int>("run")!;
    }

    /// <summary>A module in the text format, as bytes.</summary>
    public static byte[] Assemble(string text) => Module.ConvertText(text);
}
