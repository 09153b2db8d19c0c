using Mik.Fuzz.Engines;
using Mik.Fuzz.Modules;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Fuzz.Comparisons;

/// <summary>One module or component from a file, such as a kept one.</summary>
internal static class FileComparison
{
    /// <summary>
    /// Writes what both engines say of a file; whether it is the same, but for known differences. A component like those of <see cref="Values.ValueComponent"/>
    /// also runs, and a module like those of <see cref="ModuleGenerator"/>, with arguments of its own; its memories are kept beside the file.
    /// </summary>
    public static bool IsSame(string file, TextWriter output)
    {
        var bytes = File.ReadAllBytes(file);
        using var process = new WasmtimeProcess();
        var (here, there) = (Verdict.Here(bytes), process.Ask(bytes));
        output.WriteLine($"{file}\n  mik    {here}\n  other  {there}");
        if (here.IsAccepted != there.IsAccepted)
        {
            var reason = KnownDifference.Explain(here, there);
            output.WriteLine($"  {reason ?? "not explained"}");
            return reason is not null;
        }
        if (!here.IsAccepted)
        {
            return true;
        }
        if (ComponentRunner.IsOne(bytes))
        {
            return IsSame(ComponentRunner.Here(bytes).Line, ComponentRunner.There(bytes).Line, output);
        }
        if (Corpus.IsComponent(bytes) || !IsGenerated(bytes))
        {
            return true;
        }
        var module = ModuleGenerator.FromFile(file);
        return IsSame(
            MikRunner.Run(module, ModuleComparison.Fuel, file + ".mik"), WasmtimeRunner.Run(module, ModuleComparison.Fuel, file + ".other"), output);
    }

    private static bool IsSame(string here, string there, TextWriter output)
    {
        output.WriteLine($"  mik    {here}\n  other  {there}");
        return here == there;
    }

    private static bool IsGenerated(byte[] bytes)
    {
        var exports = WasmModule.Load(bytes).Exports;
        return exports.Any(export => export is { Name: "g0", Kind: ExternalKind.Global })
            && exports.Any(export => export is { Name: "memory", Kind: ExternalKind.Memory });
    }
}
