using Mik.Conformance.Tests.Core;
using Mik.Conformance.Tests.Suites;

namespace Mik.Conformance.Tests.Components;

/// <summary>The component model's suites, executed. Known failures are listed in expectations.txt and must fail.</summary>
public sealed class ComponentExecutionTests
{
    public static TheoryData<string, string> Files => ComponentSuite.Files;

    [ConformanceTheory]
    [MemberData(nameof(Files))]
    public void Run_SuiteFile_BehavesAsTheSuiteSays(string group, string file)
    {
        using var runner = new ComponentSuiteRunner(SuiteArchive.Open(ComponentSuite.Name, group).ReadFile(file));
        var failures = runner.Run();
        var known = Expectations.LinesOf($"run/{group}", file).ToHashSet();
        // What does not load is ComponentValidationTests' business.
        var invalid = Expectations.LinesOf(group, file).ToHashSet();
        FailureList.AssertEmpty(failures.Where(failure => !known.Contains(failure.Line) && !invalid.Contains(failure.Line)).Select(failure => failure.Failure)
            .Concat(known.Except(failures.Select(failure => failure.Line)).Select(line => $"line {line} passes but is listed as failing")));
    }
}
