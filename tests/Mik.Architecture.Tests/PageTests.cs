using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>What docs/architecture.md names is there.</summary>
public sealed partial class PageTests
{
    private static readonly string[] Files =
    [
        .. Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Short('/' + Path.GetRelativePath(RepositoryRoot.Combine("src"), file).Replace(Path.DirectorySeparatorChar, '/'))),
    ];

    [Fact]
    public void Files_ThatThePageNames_AreThere()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("docs", "architecture.md"));
        var names = FileName().Matches(page).Select(match => match.Groups["file"].Value).ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains(Files, file => FileSystemName.MatchesSimpleExpression("*/" + Short(name), file, ignoreCase: false)));
    }

    // The page says Server where the folder is Mik.Server.
    private static string Short(string path) => path.Replace("Mik.", "", StringComparison.Ordinal);

    [GeneratedRegex(@"`(?<file>[\w./*]+\.cs)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
