using Mik.Fuzz.Engines;
using Mik.Fuzz.Modules;
using Mik.Wasm.Model;

namespace Mik.Fuzz.Comparisons;

/// <summary>One module or component from a file, such as a kept one.</summary>
internal static class FileComparison
{
    /// <summary>
    /// Writes what both engines say of a file; whether it is the same. A module like those of <see cref="ModuleGenerator"/> also
    /// runs, with arguments of its own, and its memories are kept beside the file.
    /// </summary>
    public static bool IsSame(string file, TextWriter output)
    {
        var bytes = File.ReadAllBytes(file);
        using var process = new WasmtimeProcess();
        var (here, there) = (Verdict.Here(bytes), process.Ask(bytes));
        output.WriteLine($"{file}\n  mik    {here}\n  other  {there}");
        if (Corpus.IsComponent(bytes) || !here.IsAccepted || !there.IsAccepted || !IsGenerated(bytes))
        {
            return here.IsAccepted == there.IsAccepted;
        }
        var module = ModuleGenerator.FromFile(file);
        var mine = MikRunner.Run(module, ModuleComparison.Fuel, file + ".mik");
        var other = WasmtimeRunner.Run(module, ModuleComparison.Fuel, file + ".other");
        output.WriteLine($"  mik    {mine}\n  other  {other}");
        return mine == other;
    }

    private static bool IsGenerated(byte[] bytes)
    {
        var exports = WasmModule.Load(bytes).Exports;
        return exports.Any(export => export is { Name: "g0", Kind: ExternalKind.Global })
            && exports.Any(export => export is { Name: "memory", Kind: ExternalKind.Memory });
    }
}
