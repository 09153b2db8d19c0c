
namespace Mik.Scripting.Tests.TypeScript;

/// <summary>TypeScript means what <c>tsc</c> means: every snippet of the corpus gives what the output of <c>tsc</c> gives, or is refused as it is.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    // Of a fault that only a check finds, tsc speaks, and writes what it makes of the file.
    private const string Or = " or ";

    private static readonly string Expected = Path.Combine(Corpus.Folder, "expected.txt");

    [Fact]
    public void Corpus_IsLargeEnough() => Assert.InRange(Corpus.All.Count, 300, 2000);

    [Fact]
    public void Snippets_GiveWhatTscGives()
    {
        var expected = File.ReadAllText(Expected).ReplaceLineEndings("\n").Split(
            '\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
                line.Split('\t')).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

        var different = Corpus.All.AsParallel().WithDegreeOfParallelism(2)
            .Select(
                snippet => (snippet.Name, Wanted: expected.GetValueOrDefault(snippet.Name), Actual: SnippetResult.Of(snippet.Files), snippet.Files[0].Source))
            .Where(result => result.Wanted is null || !result.Wanted.Split(Or).Contains(result.Actual))
            .OrderBy(result => result.Name, StringComparer.Ordinal)
            .ToArray();

        Assert.True(
            different.Length == 0,
            string.Join("\n\n", different.Select(result => $"{result.Name}\n  tsc: {result.Wanted}\n  mik: {result.Actual}\n{result.Source}")));
    }

    /// <summary>With MIK_UPDATE_GOLDEN=1 it writes what the other test reads.</summary>
    [TscFact]
    public void Expected_IsWhatTscGives()
    {
        if (Tsc.TryGet(TscFactAttribute.Version, out var reason) is not { } tsc)
        {
            output.WriteLine($"skipped: {reason}");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("mik-corpus-").FullName;
        try
        {
            foreach (var (index, snippet) in Corpus.All.Index())
            {
                Directory.CreateDirectory(Path.Combine(folder, $"s{index}"));
                foreach (var (name, source) in snippet.Files)
                {
                    File.WriteAllText(Path.Combine(folder, $"s{index}", name), source);
                }
            }

            string[] options = ["--ignoreConfig", "--target", "es2022", "--moduleDetection", "force", "--moduleResolution", "bundler",
                "--allowImportingTsExtensions", "--rewriteRelativeImportExtensions", "--resolveJsonModule", "--types", ""];
            var (syntax, grammar) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
            foreach (var kind in Corpus.All.Select((snippet, index) => (snippet, index)).GroupBy(item => item.snippet.IsCommonJs ? "commonjs" : "esnext"))
            {
                var files = kind.SelectMany(
                    item =>
                        item.snippet.Files.Where(
                            file => file.Name.EndsWith(".ts", StringComparison.Ordinal)).Select(file => $"s{item.index}/{file.Name}")).ToArray();
                var faults = tsc.Compile(folder, files, [.. options, "--module", kind.Key]);
                syntax.UnionWith(faults.Syntax);
                grammar.UnionWith(faults.Grammar);
            }

            var lines = Corpus.All.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(
                (snippet, index) => $"{snippet.Name}\t{Result(folder, $"s{index}", snippet, syntax, grammar)}").ToArray();

            if (Environment.GetEnvironmentVariable("MIK_UPDATE_GOLDEN") == "1")
            {
                File.WriteAllLines(Expected, lines);
            }

            Assert.Equal(lines, File.ReadAllLines(Expected));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Result(string folder, string name, Snippet snippet, IReadOnlySet<string> syntax, IReadOnlySet<string> grammar)
    {
        bool IsAmong(IReadOnlySet<string> files) => files.Any(file => file.StartsWith(name + "/", StringComparison.Ordinal));
        if (IsAmong(syntax))
        {
            return SnippetResult.Refused;
        }

        var result = SnippetResult.Of([.. snippet.Files.Select(file => file.Name.EndsWith(".ts", StringComparison.Ordinal)
            ? (Path.ChangeExtension(file.Name, ".js"), File.ReadAllText(Path.Combine(folder, "out", name, Path.ChangeExtension(file.Name, ".js"))))
            : file)]);
        return IsAmong(grammar) && result != SnippetResult.Refused ? SnippetResult.Refused + Or + result : result;
    }
}
