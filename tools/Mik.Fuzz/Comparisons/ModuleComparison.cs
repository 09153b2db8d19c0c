using Mik.Fuzz.Engines;
using Mik.Fuzz.Modules;
using Mik.Fuzz.Objects;

namespace Mik.Fuzz.Comparisons;

/// <summary>Random valid modules: every result, trap, memory and global must agree.</summary>
/// <param name="generate">Makes the module of a seed.</param>
/// <param name="others">Run modules on other engines, one line for each.</param>
internal sealed class ModuleComparison(Func<ulong, GeneratedModule> generate, params Func<GeneratedModule[], string[]>[] others) : IComparison
{
    /// <summary>What functions and loops may take, per call.</summary>
    public const int Fuel = 400;

    private int _calls;
    private int _trapped;

    /// <inheritdoc/>
    public string Unit => "modules";

    /// <inheritdoc/>
    public string Statistics => $"{_trapped} of {_calls} calls trap";

    /// <summary>With Wasmtime.</summary>
    public static ModuleComparison WithWasmtime() => new(ModuleGenerator.Generate, RunWasmtime);

    /// <summary>With Wasmtime, modules that make objects and exceptions.</summary>
    public static ModuleComparison OfObjects() => new(ObjectModuleGenerator.Generate, RunWasmtime);

    /// <summary>With V8, by Node.js.</summary>
    public static ModuleComparison WithV8() => new(ModuleGenerator.Generate, RunV8);

    /// <summary>With Wasmtime and V8, modules that make objects and exceptions.</summary>
    public static ModuleComparison OfObjectsWithBoth() => new(ObjectModuleGenerator.Generate, RunWasmtime, RunV8);

    private static string[] RunWasmtime(GeneratedModule[] batch) => [.. batch.Select(module => WasmtimeRunner.Run(module, Fuel))];

    private static string[] RunV8(GeneratedModule[] batch) => V8Runner.Run(batch, Fuel);

    /// <inheritdoc/>
    public IEnumerable<Difference> Compare(ulong seed, int count)
    {
        var batch = Enumerable.Range(0, count).Select(i => generate(seed + (ulong)i)).ToArray();
        var answers = others.Select(run => run(batch)).ToArray();
        for (var i = 0; i < count; i++)
        {
            var (module, mine) = (batch[i], MikRunner.Run(batch[i], Fuel));
            _calls += module.Calls.Length;
            _trapped += mine.Split("trap:").Length - 1;
            if (answers.Select(lines => lines[i]).FirstOrDefault(line => line != mine) is { } other)
            {
                yield return new($"{module.Seed}", module.Bytes, mine, other);
            }
        }
    }
}
