using System.Globalization;
using System.Text.Json;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Scripting.Diagnostics;
using Mik.Scripting.Execution;
using Mik.Scripting.Testing;

namespace Mik.Cli.Testing;

/// <summary>The results of a test run, for people and programs.</summary>
internal sealed class TestReport(IReadOnlyList<TestFileResult> files, TimeSpan duration)
{
    /// <summary>The files.</summary>
    public IReadOnlyList<TestFileResult> Files => files;

    /// <summary>How long all took.</summary>
    public TimeSpan Duration => duration;

    /// <summary>Whether nothing failed.</summary>
    public bool IsFine => files.All(file => file.IsFine);

    /// <summary>Whether nothing was run.</summary>
    public bool IsEmpty => files.All(file => file.Failure is null && file.Tests.Count == 0);

    /// <summary>Prints it for a reader.</summary>
    public void Print(Terminal terminal)
    {
        foreach (var file in files.Where(file => file.Failure is not null || file.Tests.Count > 0))
        {
            terminal.Line(file.File);
            foreach (var (level, text) in file.Log)
            {
                var word = level is ScriptLogLevel.Warning or ScriptLogLevel.Error ? $"{level.ToString().ToLowerInvariant()}: " : "";
                terminal.Line($"  | {word}{text.ReplaceLineEndings("\n  | ")}");
            }

            foreach (var test in file.Tests)
            {
                Print(test, terminal);
            }

            if (file.Failure is { } failure)
            {
                terminal.Line($"  {terminal.Bad("✗")} the file");
                Print(failure, terminal);
            }

            terminal.Line();
        }

        terminal.Line(Summary());
    }

    /// <summary>All of it as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            passed = Count(TestState.Passed),
            failed = Failures,
            skipped = Count(TestState.Skipped),
            todo = Count(TestState.Todo),
            duration_ms = Milliseconds(duration),
            files = files.Select(file => new
            {
                file = file.File,
                error = file.Failure is { } failure ? ToError(failure) : null,
                log = file.Log.Select(line => new { level = line.Level.ToString().ToLowerInvariant(), text = line.Text }),
                tests = file.Tests.Select(test => new
                {
                    name = string.Join(" > ", test.Path),
                    state = test.State.ToString().ToLowerInvariant(),
                    duration_ms = Milliseconds(test.Duration),
                    error = test.Failure is { } failed ? ToError(failed) : null,
                }),
            }),
        },
        ReportOutput.Json);

    private int Failures => Count(TestState.Failed) + files.Count(file => file.Failure is not null);

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);

    private static object ToError(ScriptFailure failure) => new
    {
        message = failure.Summary,
        stack = failure.Frames.Select(frame => new { function = frame.Function, file = frame.Module, line = frame.Line, column = frame.Column }),
    };

    private static void Print(TestResult test, Terminal terminal)
    {
        var name = string.Join(" > ", test.Path);
        var time = test.Duration.TotalMilliseconds >= 1 ? string.Create(CultureInfo.InvariantCulture, $" ({test.Duration.TotalMilliseconds:0} ms)") : "";
        terminal.Line(test.State switch
        {
            TestState.Passed => $"  {terminal.Good("✓")} {name}{time}",
            TestState.Failed => $"  {terminal.Bad("✗")} {name}{time}",
            TestState.Todo => $"  - {name} (to do)",
            _ => $"  - {name} (skipped)",
        });
        if (test.Failure is { } failure)
        {
            Print(failure, terminal);
        }
    }

    private static void Print(ScriptFailure failure, Terminal terminal)
    {
        var message = failure.Name == "AssertionError" ? failure.Message : failure.Summary;
        foreach (var line in $"{message}\n\n{failure.Explanation}".TrimEnd().Split('\n'))
        {
            terminal.Line($"      {line}".TrimEnd());
        }

        terminal.Line();
    }

    private int Count(TestState state) => files.Sum(file => file.Tests.Count(test => test.State == state));

    private string Summary()
    {
        (int Count, string Word)[] parts =
            [(Failures, "failed"), (Count(TestState.Passed), "passed"), (Count(TestState.Skipped), "skipped"), (Count(TestState.Todo), "to do")];
        var text = string.Join(
            ", ", parts.Where(part => part.Count > 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.Word}")));
        return string.Create(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "nothing ran" : text)} ({duration.TotalSeconds:0.00} s)");
    }
}
