using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Components.Tests.Documentation;

/// <summary>docs/embedding-components.md shows the program that is compiled here, and its output.</summary>
public sealed partial class EmbeddingTests
{
    [Fact]
    public void Sample_InTheDocument_IsTheOneThatRuns() => Assert.Equal(Parts(), Blocks("csharp"));

    [Fact]
    public void Sample_Run_PrintsWhatTheDocumentSays()
    {
        var lines = new List<string>();
        EmbeddingSample.Run(Convert.FromBase64String(Blocks("base64")[0]), lines.Add);
        Assert.Equal(Blocks("text")[0].Split('\n'), lines);
    }

    private static string[] Parts()
    {
        var parts = new List<string>();
        List<string>? part = null;
        foreach (var line in File.ReadAllLines(RepositoryRoot.Combine("tests", "Mik.Components.Tests", "Documentation", "EmbeddingSample.cs")))
        {
            switch (line.Trim())
            {
                case "// --- begin ---":
                    part = [];
                    break;
                case "// --- end ---":
                    parts.Add(string.Join('\n', part!).Trim());
                    part = null;
                    break;
                default:
                    part?.Add(line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line);
                    break;
            }
        }
        return [.. parts];
    }

    private static string[] Blocks(string language)
    {
        var document = File.ReadAllText(RepositoryRoot.Combine("docs", "embedding-components.md")).ReplaceLineEndings("\n");
        return [.. FencedBlocks().Matches(document).Where(match => match.Groups["language"].Value == language)
            .Select(match => match.Groups["text"].Value.Trim())];
    }

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex FencedBlocks();
}
