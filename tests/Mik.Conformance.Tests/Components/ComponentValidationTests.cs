using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Conformance.Tests.Core;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Components;

/// <summary>
/// Decoding and validation against the component model's suites: good components are accepted, bad ones refused with the one exception for it.
/// </summary>
public sealed class ComponentValidationTests
{
    public static TheoryData<string, string> Files => ComponentSuite.Files;

    [ConformanceTheory]
    [MemberData(nameof(Files))]
    public void Load_SuiteFile_AcceptsAndRefusesAsTheSuiteSays(string group, string file)
    {
        var failures = ComponentSuite.CommandsOf(SuiteArchive.Open(ComponentSuite.Name, group).ReadFile(file))
            .Where(command => command.Kind == "component" || command.Type is "assert_invalid" or "assert_malformed")
            .Select(command => Check(command) is { } failure ? (command.Line, failure) : ((int Line, string Text)?)null)
            .OfType<(int Line, string Text)>()
            .ToArray();
        var known = Expectations.LinesOf(group, file).ToHashSet();
        var surprises = failures.Where(failure => !known.Contains(failure.Line)).Select(failure => failure.Text)
            .Concat(known.Except(failures.Select(failure => failure.Line)).Select(line => $"line {line} passes but is listed as failing"));
        var report = string.Join(Environment.NewLine, surprises);
        Assert.True(report.Length == 0, report);
    }

    private static string? Check(SuiteCommand command)
    {
        var expected = command.Type switch
        {
            "module" or "module_definition" or "assert_uninstantiable" or "assert_unlinkable" => true,
            "assert_invalid" or "assert_malformed" => false,
            _ => (bool?)null,
        };
        if (expected is null || (expected.Value && !ComponentSuite.IsEnabled(command)) || command.ReadModule() is not { } bytes)
        {
            return null;
        }
        try
        {
            Component.Load(bytes, WasmFeatures.All, componentFeatures: ComponentSuite.Features);
            return expected.Value ? null : $"{command}: accepted, but {command.ExpectedText}";
        }
        catch (InvalidComponentException error)
        {
            return expected.Value || error.Offset < 0 || error.Offset > bytes.Length ? $"{command}: refused with {error.Message}" : null;
        }
    }
}
