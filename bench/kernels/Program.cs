// Measures one kernel, or one script in QuickJS, on this engine; v8.mjs and src/native.c do the same elsewhere.
//   Kernels MODULE WARM_MS SLICE_MS SLICES [SCRIPT]
// Prints nanoseconds for one iteration (the median of the slices) and the number that the work gave.
using System.Globalization;
using Mik.Bench.Kernels;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;

var module = CompiledModule.Compile(WasmModule.Load(File.ReadAllBytes(args[0])));
using var store = new Store(new ExecutionLimits { StackBytes = 1 << 20 });
Func<int, int> run;
if (args.Length > 4)
{
    run = new QuickJs(module, store, File.ReadAllText(args[4])).Run;
}
else
{
    var function = module.Instantiate(store).GetFunction("run")!;
    run = count =>
    {
        Span<WasmValue> result = [default];
        function.Invoke([WasmValue.I32(count)], result);
        return result[0].AsI32;
    };
}

var check = run(args.Length > 4 ? 1 : 10);
var (time, _) = Measurement.Of(run, Number(1), Number(2), (int)Number(3));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time:F1} {check}"));

double Number(int index) => double.Parse(args[index], CultureInfo.InvariantCulture);
