using System.Globalization;
using System.Text;
using Mik.Conformance.Tests.Components;
using Mik.Conformance.Tests.Core;
using Mik.Conformance.Tests.Differential;
using Mik.Conformance.Tests.Suites;
using Mik.Testing;

namespace Mik.Conformance.Tests.Documentation;

/// <summary>docs/conformance.md is what the suites say today. <c>MIK_UPDATE_GOLDEN=1</c> writes it again.</summary>
public sealed class ConformanceDocumentTests
{
    [ConformanceFact]
    public void Document_IsUpToDate()
    {
        var path = RepositoryRoot.Combine("docs", "conformance.md");
        var text = Document();
        if (Environment.GetEnvironmentVariable("MIK_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }
        Assert.Equal(text, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static string Document()
    {
        var text = new StringBuilder();
        text.Append("""
            # Conformance

            Written by a test from the public suites; `MIK_UPDATE_GOLDEN=1 dotnet test tests/Mik.Conformance.Tests` writes it again.
            Every command that is run passes, except the listed ones, which must fail (`tests/Mik.Conformance.Tests/expectations.txt`).

            ## WebAssembly

            Commands are modules to instantiate, calls and assertions of the core specification's suite (`core` to
            `proposal-threads`) and of wasmtime's own tests, as far as they belong to WebAssembly 3.0 with threads. Those that need what
            the translator does not have do not run; all are still decoded and validated.

            | group | files | commands | run | do not run | fail as listed |
            |---|--:|--:|--:|--:|--:|

            """.ReplaceLineEndings("\n"));
        foreach (var group in CoreSuite.Groups)
        {
            text.Append(RowOfCore(group));
        }
        var (run, all) = RandomModuleTests.Count;
        text.Append(CultureInfo.InvariantCulture, $"\nOf {all:N0} random modules, {run:N0} use what is translated; they give the results, ")
            .Append("memories and globals that V8 gives for them\n(`Differential/RandomModuleTests.cs`).\n");
        text.Append("""

            ## Component model

            Commands of the component model's suite, wasm-tools' validation tests and wasmtime's component tests, async with what
            is gated switched on, that need nothing which is refused by name (threads, error-context, forward, map and others).

            | group | files | commands | run | do not run | fail as listed |
            |---|--:|--:|--:|--:|--:|

            """.ReplaceLineEndings("\n"));
        foreach (var group in ComponentSuite.Groups)
        {
            text.Append(RowOfComponents(group));
        }
        text.Append("\n## Listed failures\n\n```text\n");
        text.AppendJoin('\n', Expectations.Lines).Append("\n```\n");
        return text.ToString();
    }

    private static string RowOfCore(string group)
    {
        var archive = SuiteArchive.Open(CoreSuite.Name, group);
        int files = 0, commands = 0, ran = 0;
        foreach (var file in archive.Files.Select(archive.ReadFile))
        {
            var count = CountOf(file, SuiteProfile.Cm02) + file.Commands.Sum(
                command => command.Commands.Count(inner => inner.IsIn(SuiteProfile.Cm02) && IsCounted(inner)));
            if (count == 0)
            {
                continue;
            }
            using var runner = new CoreSuiteRunner(file, importsByName: group == "wasmtime-misc");
            runner.Run(SuiteProfile.Cm02, TimeSpan.FromMinutes(1));
            files++;
            commands += count;
            ran += runner.Ran;
        }
        return Row(group, files, commands, ran, Expectations.CountOf(group));
    }

    private static string RowOfComponents(string group)
    {
        var archive = SuiteArchive.Open(ComponentSuite.Name, group);
        var files = archive.Files.Select(archive.ReadFile).Where(file => ComponentSuite.CommandsOf(file).Any(IsCounted)).ToArray();
        var run = files.Sum(file => ComponentSuite.CommandsOf(file).Count(command => IsCounted(command) && ComponentSuite.IsEnabled(command)));
        return Row(
            group, files.Length, files.Sum(file => ComponentSuite.CommandsOf(file).Count(IsCounted)), run,
            Expectations.CountOf(group, ".json:") + Expectations.CountOf($"run/{group}"));
    }

    private static int CountOf(SuiteFile file, string profile) => file.CommandsOf(profile).Count(IsCounted);

    // "register" belongs to every profile, and tests of the text format are not for this engine.
    private static bool IsCounted(SuiteCommand command) =>
        command.Type != "register" && (command.Action is not null || command.Type == "module_instance" || command.ReadModule() is not null);

    private static string Row(string group, int files, int commands, int ran, int listed) => string.Create(
        CultureInfo.InvariantCulture, $"| {group} | {files} | {commands:N0} | {ran:N0} | {commands - ran:N0} | {listed} |\n");
}
