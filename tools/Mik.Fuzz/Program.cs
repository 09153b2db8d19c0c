// Differential fuzzing: what is made at random is tried here and on a second engine, and both must say the same (tools/README.md).
//   dotnet run --project tools/Mik.Fuzz -c Release -- MODE [--count N] [--seed S] [--minutes M] [--keep FOLDER] [--corpus FOLDER|ZIP]...
//   MODE: modules, objects, modules-v8, objects-v8, mutants, components, values; tasks, with a model; handlers serves damaged ones, here only
//   dotnet run --project tools/Mik.Fuzz -c Release -- FILE.wasm...     what both say of files, such as kept ones
// What differs is kept as .wasm files named by their seed; the exit code is 1 when there are any.
using System.Diagnostics;
using System.Globalization;
using Mik.Fuzz;
using Mik.Fuzz.Comparisons;
using Mik.Fuzz.Engines;

const int BatchSize = 200;

if (args is [WasmtimeProcess.Argument])
{
    WasmtimeProcess.Serve();
    return 0;
}
if (args.Length > 0 && args[0].EndsWith(".wasm", StringComparison.Ordinal))
{
    return args.Select(file => FileComparison.IsSame(file, Console.Out)).ToArray().All(same => same) ? 0 : 1;
}

var comparison = args.FirstOrDefault() switch
{
    "modules" => ModuleComparison.WithWasmtime(),
    "objects" => ModuleComparison.OfObjects(),
    "modules-v8" => ModuleComparison.WithV8(),
    "objects-v8" => ModuleComparison.OfObjectsWithBoth(),
    "mutants" => new MutantComparison("mutants", Corpus.Modules(Values("--corpus"))),
    "components" => new MutantComparison("components", Corpus.Components(Values("--corpus"))),
    "values" => new ValueComparison(),
    "tasks" => new TaskComparison(),
    "handlers" => new HandlerRun(Corpus.Handlers(Values("--corpus"))),
    _ => (IComparison?)null,
};
if (comparison is null)
{
    Console.Error.WriteLine("which mode? modules, objects, modules-v8, objects-v8, mutants, components, values, tasks, handlers, or files");
    return 2;
}

var most = Number("--count", int.MaxValue);
var seed = Number("--seed", 1);
var minutes = Number("--minutes", 1);
var keep = Values("--keep").FirstOrDefault() ?? Path.Combine(Path.GetTempPath(), "mik-fuzz");
Directory.CreateDirectory(keep);

var watch = Stopwatch.StartNew();
var reported = TimeSpan.Zero;
var done = 0;
var differences = 0;
while (done < most && watch.Elapsed.TotalMinutes < minutes)
{
    var count = Math.Min(BatchSize, most - done);
    foreach (var difference in comparison.Compare((ulong)(seed + done), count))
    {
        differences++;
        File.WriteAllBytes(Path.Combine(keep, $"{args[0]}-{difference.Name}.wasm"), difference.Bytes);
        Console.WriteLine(difference);
    }
    done += count;
    if (watch.Elapsed - reported > TimeSpan.FromMinutes(1))
    {
        reported = watch.Elapsed;
        Report();
    }
}
Report();
return differences == 0 ? 0 : 1;

void Report() => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{done} {comparison.Unit} in {watch.Elapsed:hh\\:mm\\:ss}, {differences} differ, {comparison.Statistics}"));

IEnumerable<string> Values(string name) => args.Zip(args.Skip(1)).Where(pair => pair.First == name).Select(pair => pair.Second);

int Number(string name, int otherwise) => Values(name).FirstOrDefault() is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
