// Measures one kernel, or one script in QuickJS, on this engine; v8.mjs and src/native.c do the same elsewhere.
//   Kernels MODULE WARM_MS SLICE_MS SLICES [SCRIPT]
//   Kernels assemble IN.wat OUT.wasm
// With ENGINE=wasmtime a kernel runs on Wasmtime instead.
// With MACHINE_CODE=FOLDER the module is compiled ahead of time, once, and its code kept there. Prints nanoseconds for one iteration (the median of the
// slices) and the number that the work gave.
using System.Globalization;
using Mik.Bench.Kernels;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

if (args is ["assemble", var text, var binary])
{
    File.WriteAllBytes(binary, WasmtimeKernel.Assemble(File.ReadAllText(text)));
    return;
}
var run = Environment.GetEnvironmentVariable("ENGINE") == "wasmtime"
    ? WasmtimeKernel.Load(args[0])
    : await LoadHere().ConfigureAwait(false);
var check = run(args.Length > 4 ? 1 : 10);
var (time, _) = Measurement.Of(run, Number(1), Number(2), (int)Number(3));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time:F1} {check}"));

double Number(int index) => double.Parse(args[index], CultureInfo.InvariantCulture);

async Task<Func<int, int>> LoadHere()
{
    var loaded = WasmModule.Load(File.ReadAllBytes(args[0]));
    CodeCache? cache = null;
    if (Environment.GetEnvironmentVariable("MACHINE_CODE") is { Length: > 0 } folder)
    {
        cache = new CodeCache(folder);
        var compiler = NativeCompiler.Find() ?? throw new InvalidOperationException("crossgen2 is not here: build mik with ./mik");
        await cache.PrecompileAsync(loaded, compiler, CancellationToken.None).ConfigureAwait(false);
    }
    var module = CompiledModule.Compile(loaded, cache);
    var store = new Store(new ExecutionLimits { StackBytes = 1 << 20 });
    if (args.Length > 4)
    {
        return new QuickJs(module, store, File.ReadAllText(args[4])).Run;
    }
    var function = module.Instantiate(store).GetFunction("run")!;
    return count => function.Invoke(WasmValue.I32(count))[0].AsI32;
}
