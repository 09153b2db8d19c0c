using Mik.Conformance.Tests.Suites;
using Mik.Fuzz.Engines;
using Mik.Testing;

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
}
