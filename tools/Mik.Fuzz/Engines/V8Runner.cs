using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mik.Fuzz.Modules;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Fuzz.Engines;

/// <summary>Runs a batch of modules on V8, by <c>v8.mjs</c> in Node.js.</summary>
internal static class V8Runner
{
    /// <summary>One line for each module, in the words of <see cref="MikRunner"/>.</summary>
    /// <param name="batch">The modules.</param>
    /// <param name="fuel">The fuel of each call.</param>
    /// <param name="memoryPath">Where the last module's memory is kept, if at all.</param>
    public static string[] Run(GeneratedModule[] batch, int fuel, string? memoryPath = null)
    {
        var path = Path.Combine(Path.GetTempPath(), $"mik-fuzz-{Environment.ProcessId}.json");
        File.WriteAllText(path, JsonSerializer.Serialize(batch.Select(Describe)));
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Engines", "v8.mjs"), path, fuel.ToString(CultureInfo.InvariantCulture), memoryPath ?? ""];
        using var node = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var lines = node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        node.WaitForExit();
        File.Delete(path);
        return lines.Length == batch.Length ? lines : throw new InvalidOperationException($"V8 answered {lines.Length} of {batch.Length} modules");
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
