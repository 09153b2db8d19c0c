using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Cli.Testing;
using Mik.Configuration.Model;
using Mik.Scripting.Sources;
using Mik.Scripting.Testing;
using Mik.Server.Watching;

namespace Mik.Cli.Commands;

/// <summary><c>mik test [FILTER]</c>: runs the tests of scripts.</summary>
internal static class TestCommand
{
    private const string DefaultFolder = "scripts";

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var filter = new Argument<string?>("FILTER") { Description = "Part of the name of a file or of a test", Arity = ArgumentArity.ZeroOrOne };
        var watch = new Option<bool>("--watch", "-w") { Description = "Run again whenever a file of the scripts folder changes" };
        var json = new Option<bool>("--json") { Description = "Print the results as JSON" };
        var junit = new Option<FileInfo?>("--junit") { Description = "Write the results as JUnit XML as well", HelpName = "FILE" };
        var command = new Verb(
            "test",
            "Run the *.test.* and *.spec.* files of the scripts folder",
            ("mik test", "All tests"),
            ("mik test checkout", "Those whose file or name has \"checkout\" in it"),
            ("mik test --watch", "Again after each change"),
            ("mik test --junit results.xml", "For a build server"))
        {
            filter, watch, json, junit,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var project = ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal);
            using var signals = new BuildSignals(cancellationToken);
            var run = new Run(project, parsed.GetValue(filter), parsed.GetValue(json), parsed.GetValue(junit), terminal);
            try
            {
                return parsed.GetValue(watch) ? await WatchAsync(run, signals.Token) : await run.OnceAsync(signals.Token);
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Failed;
            }
        });
        return command;
    }

    private static async Task<int> WatchAsync(Run run, CancellationToken cancellationToken)
    {
        using var changed = new SemaphoreSlim(1);
        using var watch = new FileWatch(
            [run.Folder],
            run.Project.Server.WatchDebounce,
            _ =>
            {
                changed.Release();
                return Task.CompletedTask;
            },
            NullLogger.Instance);
        while (true)
        {
            await changed.WaitAsync(cancellationToken);
            await run.OnceAsync(cancellationToken);
            run.Terminal.Progress("Waiting for a change (Ctrl+C ends)");
        }
    }

    /// <summary>What is run, and where its results go.</summary>
    private sealed record Run(MikConfiguration Project, string? Filter, bool IsJson, FileInfo? JUnit, Terminal Terminal)
    {
        public string Folder => Project.Server.Scripts ?? Path.Combine(Project.Folder, DefaultFolder);

        public async Task<int> OnceAsync(CancellationToken cancellationToken)
        {
            ProjectFile.RequireFolders(Project);
            var folder = new ScriptFolder(Folder);
            if (folder.Tests().Count == 0)
            {
                throw new CliException(
                    ExitCode.Failed,
                    new CliError(
                        "there are no tests", $"{Folder} has no file with .test. or .spec. in its name",
                        "scripts/checkout.test.ts is a good name for the tests of checkout.ts")
                    { Code = "no-tests" });
            }

            var startedAt = Stopwatch.GetTimestamp();
            var results = await TestSession.RunAsync(folder, Filter, Project.Server.MemoryLimitBytes, cancellationToken);
            var report = new TestReport(results, Stopwatch.GetElapsedTime(startedAt));
            if (JUnit is { } file)
            {
                JUnitFile.Write(file, report);
            }

            if (IsJson)
            {
                Terminal.Line(report.ToJson());
            }
            else
            {
                report.Print(Terminal);
            }

            if (report.IsEmpty)
            {
                throw new CliException(ExitCode.Failed, new CliError($"no test matches '{Filter}'", Next: "mik test runs all") { Code = "no-tests" });
            }

            return report.IsFine ? ExitCode.Fine : ExitCode.Failed;
        }
    }
}
