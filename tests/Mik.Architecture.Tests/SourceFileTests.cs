using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>What every source file keeps to.</summary>
public sealed partial class SourceFileTests
{
    private const int MaxLines = 600;
    private const int MaxCharacters = 160;

    // Begin and end a text of several lines.
    private const string TextMarks = "\"\"\"";

    [Fact]
    public void SourceFiles_None_IsOver600Lines() => Assert.All(SourceFiles(), file =>
    {
        var lines = File.ReadLines(file).Count();
        Assert.True(lines <= MaxLines, $"{Relative(file)} has {lines} lines; split it by subject");
    });

    [Fact]
    public void SourceFiles_NoLine_IsLongerThan160CharactersButATextThatIsOnePiece() => Assert.All(SourceFiles(), file =>
    {
        var isInText = false;
        foreach (var (number, line) in File.ReadLines(file).Index())
        {
            Assert.True(line.Length <= MaxCharacters || isInText || OnePiece().IsMatch(line), $"{Relative(file)}:{number + 1} has {line.Length} characters");
            isInText ^= line.Split(TextMarks).Length % 2 == 0;
        }
    });

    [Fact]
    public void SourceFiles_Namespaces_AreTheirFolders() => Assert.All(SourceFiles(), file =>
    {
        var declared = NamespaceDeclaration().Match(File.ReadAllText(file));
        if (!declared.Success)
        {
            // Top-level statements and files of assembly attributes have none.
            return;
        }

        var folder = Path.GetDirectoryName(Relative(file))!.Split(Path.DirectorySeparatorChar)[1..];
        Assert.True(declared.Groups["name"].Value == string.Join('.', folder), $"{Relative(file)} declares {declared.Groups["name"].Value}");
    });

    [Fact]
    public void SourceFiles_Names_SayWhatIsInThem() => Assert.All(SourceFiles(), file =>
        Assert.DoesNotMatch("(Utils?|Helpers?|Managers?|Misc|Common)\\.cs$", file));

    [Fact]
    public void LoggerMessages_OfAProject_AreInOneFile() =>
        // Of several classes their generator fixes no order, and the same sources would not give the same assembly.
        Assert.All(
            SourceFiles().Where(file => File.ReadAllText(file).Contains("[Logger" + "Message(", StringComparison.Ordinal))
                .GroupBy(file => Relative(file).Split(Path.DirectorySeparatorChar)[1]),
            project => Assert.Single(project));

    private static IEnumerable<string> SourceFiles() =>
        from folder in (string[])["src", "tests"]
        from file in Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories)
        where !Relative(file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin")
        select file;

    private static string Relative(string file) => Path.GetRelativePath(RepositoryRoot.Path, file);

    [GeneratedRegex("""^\s*(\("\w+\.js", )?[@$]*"|\[InlineData\(|\[LoggerMessage\(|\[GeneratedRegex\(|const string |\[\("probe""")]
    private static partial Regex OnePiece();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();
}
