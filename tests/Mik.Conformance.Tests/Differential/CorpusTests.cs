using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Conformance.Tests.Suites;
using Mik.Fuzz.Engines;
using Mik.Testing;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Differential;

/// <summary>What comparisons with the second engine found, with what each of the two says (<c>tests/corpus/README.md</c>).</summary>
public sealed class CorpusTests
{
    private static readonly string Folder = RepositoryRoot.Combine("tests", "corpus");

    private static readonly Find[] Finds =
    [
        .. File.ReadLines(Path.Combine(Folder, "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(cells => new Find(cells[1].Trim('`'), cells[2], cells[3])),
    ];

    private static IEnumerable<Find> Programs => Finds.Where(find => find.File.StartsWith("program-", StringComparison.Ordinal));

    /// <summary>A row of the table.</summary>
    private sealed record Find(string File, string Here, string There)
    {
        public byte[] Bytes => System.IO.File.ReadAllBytes(Path.Combine(Folder, File));
    }

    [Fact]
    public void Readme_NamesEveryFile() => Assert.Equal(
        Directory.EnumerateFiles(Folder, "*.wasm").Select(Path.GetFileName).Order(StringComparer.Ordinal), Finds.Select(find => find.File));

    [Fact]
    public void Engine_Finds_AreTakenAsRecorded() => FailureList.AssertEmpty(Finds.Select(
        find => Difference(find, find.Here, Verdict.Here(find.Bytes), () => ComponentRunner.Here(find.Bytes).Line)).OfType<string>());

    [Fact]
    public void SavedCode_OfPrograms_DoesTheSame()
    {
        using var saved = new SavedCode();

        // The second run takes its code from the files of the first.
        for (var run = 0; run < 2; run++)
        {
            FailureList.AssertEmpty(Programs.Select(find => Difference(find, find.Here, default, () => saved.Run(find.Bytes))).OfType<string>());
        }
    }

    [Theory]
    [InlineData("unaware")]
    [InlineData("equal-types")]
    [InlineData("arrays")]
    public async Task MachineCode_OfPrograms_DoesTheSame(string name)
    {
        if (NativeCompiler.Find() is not { } compiler)
        {
            return;
        }

        using var saved = new SavedCode();
        var find = Programs.Single(find => find.File == $"program-{name}.wasm");
        IReadOnlyList<WasmModule> modules = [.. Component.Load(find.Bytes).CoreModules];
        foreach (var module in modules)
        {
            Assert.True(await saved.Open().PrecompileAsync(module, compiler, CancellationToken.None, exceptions: modules.Any(one => one.UsesExceptions)));
        }

        var cache = saved.Open();
        Assert.Equal(find.Here, ComponentRunner.Here(find.Bytes, cache).Line);
        Assert.Equal(modules.Count, cache.Found);
    }

    [WasmtimeFact]
    public void Wasmtime_Finds_AreTakenAsRecorded()
    {
        using var process = new WasmtimeProcess();
        FailureList.AssertEmpty(Finds.Select(
            find => Difference(find, find.There, process.Ask(find.Bytes), () => ComponentRunner.There(find.Bytes).Line)).OfType<string>());
    }

    // One word is about loading; more is what a component gives.
    private static string? Difference(Find find, string expected, Verdict verdict, Func<string> run)
    {
        var actual = expected is "accepts" or "refuses" || !verdict.IsAccepted ? verdict.Word : run();
        return actual == expected ? null : $"{find.File}: {actual}, not {expected}";
    }

    /// <summary>A folder of code.</summary>
    private sealed class SavedCode : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mik-programs-");

        public CodeCache Open() => new(_folder.FullName) { SmallestModule = 0 };

        public string Run(byte[] bytes) => ComponentRunner.Here(bytes, Open()).Line;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
