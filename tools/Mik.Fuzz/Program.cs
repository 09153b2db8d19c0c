// Differential fuzzing: random modules run here and on V8, and every result, trap, memory and global must agree.
//   dotnet run --project tools/Mik.Fuzz -c Release -- [--modules N] [--seed S] [--minutes M] [--keep FOLDER] [--show] [--memory] [--file MODULE]
// --memory also keeps the memories, SEED.mik and SEED.v8 (use it with --modules 1).
// --file runs one module, such as a kept one, with arguments of its own: what a reducer needs.
// Modules that disagree are kept as .wasm files named by their seed; the exit code is 1 when there are any.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mik.Fuzz.Engines;
using Mik.Fuzz.Modules;
using Mik.Wasm.Model;

const int BatchSize = 200;
const int Fuel = 400;

var modules = Option("--modules", 2000);
var seed = Option("--seed", 1);
var minutes = Option("--minutes", int.MaxValue / 60_000);
var keep = args.SkipWhile(argument => argument != "--keep").Skip(1).FirstOrDefault() ?? Path.Combine(Path.GetTempPath(), "mik-fuzz");
Directory.CreateDirectory(keep);

if (args.SkipWhile(argument => argument != "--file").Skip(1).FirstOrDefault() is { } file)
{
    var generated = ModuleGenerator.FromFile(file);
    var here = MikRunner.Run(generated, Fuel, MemoryPath(generated, "mik"));
    var there = RunOnV8([generated])[0];
    Console.WriteLine($"mik {here}\nv8  {there}");
    return here == there ? 0 : 1;
}

var watch = Stopwatch.StartNew();
var done = 0;
var differences = 0;
var traps = 0;
while (done < modules && watch.Elapsed.TotalMinutes < minutes)
{
    var batch = Enumerable.Range(0, Math.Min(BatchSize, modules - done)).Select(i => ModuleGenerator.Generate((ulong)(seed + done + i))).ToArray();
    var other = RunOnV8(batch);
    for (var i = 0; i < batch.Length; i++)
    {
        var mine = MikRunner.Run(batch[i], Fuel, MemoryPath(batch[i], "mik"));
        traps += mine.Contains("trap:", StringComparison.Ordinal) ? 1 : 0;
        if (args.Contains("--show"))
        {
            Console.WriteLine($"seed {batch[i].Seed}: {mine}");
        }
        if (mine == other[i])
        {
            continue;
        }
        differences++;
        File.WriteAllBytes(Path.Combine(keep, $"{batch[i].Seed}.wasm"), batch[i].Bytes);
        Console.WriteLine($"seed {batch[i].Seed} differs\n  mik {mine}\n  v8  {other[i]}");
    }
    done += batch.Length;
    if (done % 5000 < BatchSize)
    {
        Report();
    }
}
Report();
return differences == 0 ? 0 : 1;

void Report() => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{done} modules in {watch.Elapsed:hh\\:mm\\:ss}, {traps} with a trap, {differences} differ"));

string? MemoryPath(GeneratedModule generated, string engine) =>
    args.Contains("--memory") ? Path.Combine(keep, $"{generated.Seed}.{engine}") : null;

int Option(string name, int otherwise) =>
    args.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault() is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

string[] RunOnV8(GeneratedModule[] batch)
{
    var path = Path.Combine(Path.GetTempPath(), $"mik-fuzz-{Environment.ProcessId}.json");
    File.WriteAllText(path, JsonSerializer.Serialize(batch.Select(Describe)));
    using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Engines", "v8.mjs"), path, $"{Fuel}", MemoryPath(batch[0], "v8") ?? ""]) { RedirectStandardOutput = true, UseShellExecute = false })!;
    var lines = node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    node.WaitForExit();
    File.Delete(path);
    return lines.Length == batch.Length ? lines : throw new InvalidOperationException($"V8 answered {lines.Length} of {batch.Length} modules");
}

static object Describe(GeneratedModule generated)
{
    var module = WasmModule.Load(generated.Bytes);
    return new
    {
        bytes = Convert.ToBase64String(generated.Bytes),
        calls = generated.Calls.Select(call => new
        {
            name = call.Function,
            types = call.Types.Select(type => (int)type.Kind),
            values = call.Arguments.Select(bits => bits.ToString("x", CultureInfo.InvariantCulture)),
        }),
        results = module.Exports.Where(export => export.Kind == ExternalKind.Function)
            .ToDictionary(export => export.Name, export => module.TypeOf(export).Function!.Results.Select(type => (int)type.Kind)),
        globals = module.Exports.Where(export => export.Kind == ExternalKind.Global).OrderBy(export => export.Name, StringComparer.Ordinal)
            .Select(export => new object[] { export.Name, (int)module.TypeOf(export).Global.ValueType.Kind }),
    };
}
