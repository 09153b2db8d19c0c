using System.Text;
using System.Text.RegularExpressions;
using Mik.Cli.Explaining;
using Mik.Testing;

namespace Mik.Cli.Tests.Explaining;

/// <summary>Every error has a code, every code has a page, and a test provokes each.</summary>
public sealed partial class ErrorTableTests
{
    [Fact]
    public void Codes_AreKebabCase_AndThereOnce()
    {
        var codes = ErrorTable.Pages.Select(page => page.Code).ToArray();

        Assert.All(codes, code => Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", code));
        Assert.Equal(codes.Distinct(), codes);
    }

    [Fact]
    public void Pages_AreOfTheCodesThatAreThrown_AndOfNoOthers()
    {
        var thrown = Sources("src").SelectMany(text => Thrown().Matches(text).Select(match => match.Groups["code"].Value)).Concat(
            ErrorTable.Pages.Where(page => page.Area == ErrorArea.Requests).Select(page => page.Code));

        Assert.Equal(
            string.Join('\n', thrown.Distinct().Order(StringComparer.Ordinal)),
            string.Join('\n', ErrorTable.Pages.Select(page => page.Code).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void EveryCode_IsProvokedByATest()
    {
        var tests = string.Join('\n', Sources("tests")) + string.Join(
            '\n', Directory.GetFiles(RepositoryRoot.Combine("tests", "golden"), "*.txt", SearchOption.AllDirectories).Select(File.ReadAllText));

        var unprovoked = ErrorTable.Pages.Select(page => page.Code)
            .Where(code => !((string[])[$"\"{code}\"", $"[{code}]", $"urn:mik:error:{code}\""]).Any(word => tests.Contains(word, StringComparison.Ordinal)));
        Assert.Empty(unprovoked);
    }

    [Fact]
    public void Document_IsMadeFromTheTable()
    {
        var path = RepositoryRoot.Combine("docs", "errors.md");
        var made = Document();
        if (Environment.GetEnvironmentVariable("MIK_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, made);
        }

        Assert.Equal(made, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Explain_Code_PrintsItsPage()
    {
        var run = await CommandRun.OfAsync("explain", "urn:mik:error:timeout");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.StartsWith("timeout (Answers to requests)\n\nDeadline passed (status 504).\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nWhat to do: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_Alone_ListsEveryCode()
    {
        var run = await CommandRun.OfAsync("explain");

        Assert.All(ErrorTable.Pages, page => Assert.Contains($"  {page.Code} ", run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_MisspeltCode_NamesTheNearest()
    {
        var run = await CommandRun.OfAsync("explain", "unknown-import");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            "error[unknown-code]: no error has the code 'unknown-import'\n  because: did you mean unknown-imports?\n  try: mik explain lists all codes\n",
            run.Errors);
    }

    private static string Document()
    {
        var text = new StringBuilder(
            "# Errors\n\nEvery error that mik tells has a code: the word in brackets behind `error`, or the end of a problem's `type`. `mik explain "
                + "CODE` prints\nwhat is here; a code never changes. This page is made from mik's own table (`MIK_UPDATE_GOLDEN=1 dotnet test "
                + "tests/Mik.Cli.Tests`).\n");
        foreach (var area in ErrorTable.Pages.GroupBy(page => page.Area))
        {
            text.Append("\n## ").Append(ErrorTable.NameOf(area.Key)).Append('\n');
            foreach (var page in area)
            {
                text.Append("\n### ").Append(page.Code).Append("\n\n").Append(page.Meaning).Append("\n\n* Why: ").Append(page.Causes).Append("\n* What to do: ")
                    .Append(page.Remedy).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories)
            .Where(
                path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                    && !path.Contains("ErrorTable", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    // Where errors are made: by the property, in a table of kinds, or in mik.toml's list of problems.
    [GeneratedRegex(
        "(?:\\bCode (?:\\{ get; init; \\} )?= \"(?<code>[a-z0-9-]+)\"|(?:HttpComponentErrorKind\\.\\w+ => |_ => "
            + "|roblems\\.(?:Error|Warning)\\(|\\bAdd\\()\"(?<code>[a-z0-9]+(?:-[a-z0-9]+)+)\"(?=[,;)]))",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Thrown();
}
