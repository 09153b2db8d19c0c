using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Wasm.Tests.Documentation;

/// <summary>docs/embedding.md shows the program that is compiled here, and its output.</summary>
public sealed partial class EmbeddingTests
{
    [Fact]
    public void Sample_InTheDocument_IsTheOneThatRuns()
    {
        var source = File.ReadAllLines(
            RepositoryRoot.Combine("tests", "Mik.Wasm.Tests", "Documentation", "EmbeddingSample.cs"));
        var shown = source
            .SkipWhile(line => !line.Contains("--- begin ---", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.Contains("--- end ---", StringComparison.Ordinal))
            .Select(line => line.Length > 8 ? line[8..] : "");

        Assert.Equal(string.Join('\n', shown).Trim(), Block("csharp"));
    }

    [Fact]
    public void Sample_Run_PrintsWhatTheDocumentSays()
    {
        var lines = new List<string>();

        EmbeddingSample.Run(Convert.FromBase64String(Block("base64")), lines.Add);

        Assert.Equal(Block("text").Split('\n'), lines);
    }

    private static string Block(string language)
    {
        var document = File.ReadAllText(RepositoryRoot.Combine("docs", "embedding.md")).ReplaceLineEndings("\n");
        return FencedBlocks().Matches(document).First(match => match.Groups["language"].Value == language).Groups["text"].Value.Trim();
    }

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex FencedBlocks();
}
