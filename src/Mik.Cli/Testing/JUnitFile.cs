using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Mik.Cli.Output;
using Mik.Scripting.Diagnostics;
using Mik.Scripting.Testing;

namespace Mik.Cli.Testing;

/// <summary>Test results as build servers read them: JUnit's XML.</summary>
internal static class JUnitFile
{
    /// <summary>Writes it.</summary>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static void Write(FileInfo file, TestReport report)
    {
        var suites = new XElement("testsuites", new XAttribute("time", Seconds(report.Duration)), report.Files.Select(Suite));
        try
        {
            file.Directory?.Create();
            using var writer = XmlWriter.Create(file.FullName, new XmlWriterSettings { Indent = true, NewLineChars = "\n" });
            suites.Save(writer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, new CliError($"cannot write {file}", exception.Message) { Code = "file-unwritable" });
        }
    }

    private static XElement Suite(TestFileResult file) => new(
        "testsuite",
        new XAttribute("name", file.File),
        new XAttribute("tests", file.Tests.Count),
        new XAttribute("failures", file.Tests.Count(test => test.State == TestState.Failed)),
        new XAttribute("errors", file.Failure is null ? 0 : 1),
        new XAttribute("skipped", file.Tests.Count(test => test.State is TestState.Skipped or TestState.Todo)),
        file.Tests.Select(Case),
        file.Failure is { } failure
            ? new XElement("testcase", new XAttribute("name", file.File), new XAttribute("classname", file.File), Failed("error", failure)) : null);

    private static XElement Case(TestResult test) => new(
        "testcase",
        new XAttribute("name", Clean(string.Join(" > ", test.Path))),
        new XAttribute("classname", test.File),
        new XAttribute("time", Seconds(test.Duration)),
        test.Failure is { } failure ? Failed("failure", failure) : null,
        test.State is TestState.Skipped or TestState.Todo ? new XElement("skipped") : null);

    private static XElement Failed(string element, ScriptFailure failure) => new(
        element,
        new XAttribute("message", Clean(failure.Summary)),
        new XAttribute("type", Clean(failure.Name)),
        Clean($"{failure.Summary}\n{failure.Explanation}"));

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>XML has no place for most control characters.</summary>
    private static string Clean(string text) => string.Concat(text.Select(character => XmlConvert.IsXmlChar(character) ? character : '\uFFFD'));
}
