using System.CommandLine;
using System.Text.Json;
using Mik.Cli.Explaining;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Configuration.Reading;
using Mik.Server.Problems;

namespace Mik.Cli.Commands;

/// <summary><c>mik explain [CODE]</c>: what an error means, why it happens and what to do.</summary>
internal static class ExplainCommand
{

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var code = new Argument<string?>("CODE")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "CODE",
            Description = "The word in brackets behind 'error', or the end of a problem's type [default: lists all]"
        };
        code.CompletionSources.Add(_ => ErrorTable.Pages.Select(page => new System.CommandLine.Completions.CompletionItem(page.Code)));
        var json = new Option<bool>("--json") { Description = "Print it as JSON" };
        var command = new Verb(
            "explain",
            "Explain an error by its code",
            ("mik explain unknown-imports", "What it means, why it happens, what to do"),
            ("mik explain", "All codes"))
        {
            code, json,
        };
        command.SetAction(parsed =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var pages = parsed.GetValue(code) is { } asked ? [Find(asked)] : ErrorTable.Pages;
            if (parsed.GetValue(json))
            {
                terminal.Line(JsonSerializer.Serialize(
                    pages.Select(
                        page =>
                            new { code = page.Code, area = ErrorTable.NameOf(page.Area), meaning = page.Meaning, causes = page.Causes, remedy = page.Remedy }),
                            ReportOutput.Json));
            }
            else if (pages is [var only])
            {
                Print(only, terminal);
            }
            else
            {
                PrintAll(pages, terminal);
            }
        });
        return command;
    }

    private static ErrorPage Find(string asked)
    {
        var code = asked.StartsWith(ProblemTable.TypePrefix, StringComparison.Ordinal) ? asked[ProblemTable.TypePrefix.Length..] : asked.Trim('[', ']');
        return ErrorTable.Find(code) ?? throw new CliException(ExitCode.Failed, new CliError(
            $"no error has the code '{code}'",
            NearestName.Of(code, ErrorTable.Pages.Select(page => page.Code)) is { } meant ? $"did you mean {meant}?" : null,
            "mik explain lists all codes")
        { Code = "unknown-code" });
    }

    private static void Print(ErrorPage page, Terminal terminal)
    {
        terminal.Line($"{page.Code} ({ErrorTable.NameOf(page.Area)})");
        terminal.Line();
        terminal.Line(page.Meaning);
        terminal.Line();
        terminal.Line($"Why:        {page.Causes}");
        terminal.Line($"What to do: {page.Remedy}");
    }

    private static void PrintAll(IReadOnlyList<ErrorPage> pages, Terminal terminal)
    {
        var width = pages.Max(page => page.Code.Length);
        foreach (var area in pages.GroupBy(page => page.Area))
        {
            terminal.Line(ErrorTable.NameOf(area.Key));
            foreach (var page in area)
            {
                terminal.Line($"  {page.Code.PadRight(width)}  {page.Meaning}");
            }

            terminal.Line();
        }
    }
}
