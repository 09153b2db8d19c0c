using Mik.Fuzz.Engines;
using Mik.Fuzz.Modules;

namespace Mik.Fuzz.Comparisons;

/// <summary>Random valid modules: every result, trap, memory and global must agree.</summary>
/// <param name="runOther">Runs modules on the other engine, one line for each.</param>
internal sealed class ModuleComparison(Func<GeneratedModule[], string[]> runOther) : IComparison
{
    /// <summary>What functions and loops may take, per call.</summary>
    public const int Fuel = 400;

    private int _trapped;

    /// <inheritdoc/>
    public string Unit => "modules";

    /// <inheritdoc/>
    public string Statistics => $"{_trapped} with a trap";

    /// <summary>With Wasmtime.</summary>
    public static ModuleComparison WithWasmtime() => new(batch => [.. batch.Select(module => WasmtimeRunner.Run(module, Fuel))]);

    /// <summary>With V8, by Node.js.</summary>
    public static ModuleComparison WithV8() => new(batch => V8Runner.Run(batch, Fuel));

    /// <inheritdoc/>
    public IEnumerable<Difference> Compare(ulong seed, int count)
    {
        var batch = Enumerable.Range(0, count).Select(i => ModuleGenerator.Generate(seed + (ulong)i)).ToArray();
        var others = runOther(batch);
        foreach (var (module, other) in batch.Zip(others))
        {
            var mine = MikRunner.Run(module, Fuel);
            _trapped += mine.Contains("trap:", StringComparison.Ordinal) ? 1 : 0;
            if (mine != other)
            {
                yield return new($"{module.Seed}", module.Bytes, mine, other);
            }
        }
    }
}
