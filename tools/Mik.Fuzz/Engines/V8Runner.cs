using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mik.Fuzz.Modules;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Fuzz.Engines;

/// <summary>Runs a batch of modules on V8, by <c>v8.mjs</c> in Node.js: the one that <c>bench/kernels/run</c> has fetched, else that of the path.</summary>
internal static class V8Runner
{
    private static readonly string Node = FetchedNode() ?? "node";

    /// <summary>One line for each module, in the words of <see cref="MikRunner"/>.</summary>
    /// <param name="batch">The modules.</param>
    /// <param name="fuel">The fuel of each call.</param>
    /// <param name="memoryPath">Where the last module's memory is kept, if at all.</param>
    public static string[] Run(GeneratedModule[] batch, int fuel, string? memoryPath = null)
    {
        var path = Path.Combine(Path.GetTempPath(), $"mik-fuzz-{Environment.ProcessId}.json");
        File.WriteAllText(path, JsonSerializer.Serialize(batch.Select(Describe)));
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Engines", "v8.mjs"), path, fuel.ToString(CultureInfo.InvariantCulture), memoryPath ?? ""];
        using var node = Process.Start(new ProcessStartInfo(Node, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var lines = node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        node.WaitForExit();
        File.Delete(path);
        return lines.Length == batch.Length ? lines : throw new InvalidOperationException($"V8 answered {lines.Length} of {batch.Length} modules");
    }

    // Its V8 is newer than that of the distribution, which does not know objects.
    private static string? FetchedNode()
    {
        var fetched = Path.Combine("bench-kernels", "node_modules", "node", "bin", "node");
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.GetFileName(folder) == "artifacts")
            {
                return File.Exists(Path.Combine(folder, fetched)) ? Path.Combine(folder, fetched) : null;
            }
        }
        return null;
    }

    private static object Describe(GeneratedModule generated)
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
}
