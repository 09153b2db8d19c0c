using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Wasm.Tests.Documentation;

/// <summary>docs/embedding.md and docs/embedding-objects.md show the programs that are compiled here, and their output.</summary>
public sealed partial class EmbeddingTests
{
    [Theory]
    [InlineData("embedding.md", "EmbeddingSample.cs")]
    [InlineData("embedding-objects.md", "ObjectsSample.cs")]
    public void Sample_InTheDocument_IsTheOneThatRuns(string page, string file)
    {
        var source = File.ReadAllLines(RepositoryRoot.Combine("tests", "Mik.Wasm.Tests", "Documentation", file));
        var shown = source
            .SkipWhile(line => !line.Contains("--- begin ---", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.Contains("--- end ---", StringComparison.Ordinal))
            .Select(line => line.Length > 8 ? line[8..] : "");

        Assert.Equal(string.Join('\n', shown).Trim(), Block(page, "csharp"));
    }

    [Fact]
    public void Sample_Run_PrintsWhatTheDocumentSays()
    {
        var lines = new List<string>();

        EmbeddingSample.Run(Convert.FromBase64String(Block("embedding.md", "base64")), lines.Add);

        Assert.Equal(Block("embedding.md", "text").Split('\n'), lines);
    }

    [Fact]
    public void ObjectsSample_Run_PrintsWhatTheDocumentSays()
    {
        var lines = new List<string>();

        ObjectsSample.Run(Convert.FromBase64String(Block("embedding-objects.md", "base64")), lines.Add);

        Assert.Equal(Block("embedding-objects.md", "text").Split('\n'), lines);
    }

    private static string Block(string page, string language)
    {
        var document = File.ReadAllText(RepositoryRoot.Combine("docs", page)).ReplaceLineEndings("\n");
        return FencedBlocks().Matches(document).First(match => match.Groups["language"].Value == language).Groups["text"].Value.Trim();
    }

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex FencedBlocks();
}
