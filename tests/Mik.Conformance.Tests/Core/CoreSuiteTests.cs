using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Platform;

namespace Mik.Conformance.Tests.Core;

/// <summary>Execution against the core suite, one case for each of its files.</summary>
public sealed class CoreSuiteTests
{
    public static TheoryData<string, string> Files => CoreSuite.Files;

    [ConformanceTheory]
    [MemberData(nameof(Files))]
    public void Engine_SuiteFile_DoesWhatTheSuiteSays(string group, string file)
    {
        using var runner = new CoreSuiteRunner(
            SuiteArchive.Open(CoreSuite.Name, group).ReadFile(file), importsByName: group == "wasmtime-misc");
        var failures = runner.Run(SuiteProfile.Cm02, TimeSpan.FromMinutes(1));

        var name = Expectations.NameOf(group, file);
        var unexpected = failures
            .Where(failure => !Expectations.Contains(group, name, failure.Line))
            .Select(failure => $"line {failure.Line}: {failure.Failure}");
        var passed = Expectations.LinesOf(group, name)
            .Except(failures.Select(failure => failure.Line))
            .Select(line => $"line {line}: is in expectations.txt and passes");
        FailureList.AssertEmpty(unexpected.Concat(passed));
    }

    public static TheoryData<string, string> CoreFiles => CoreSuite.FilesOf("core", "bulk-memory");

    [ConformanceTheory]
    [MemberData(nameof(CoreFiles))]
    public void Engine_SuiteFileThatLooksForExceptions_DoesTheSame(string group, string file)
    {
        using var runner = new CoreSuiteRunner(
            SuiteArchive.Open(CoreSuite.Name, group).ReadFile(file), importsByName: false, knowsExceptions: true);

        FailureList.AssertEmpty(runner.Run(SuiteProfile.Cm02, TimeSpan.FromMinutes(1))
            .Where(failure => !Expectations.Contains(group, Expectations.NameOf(group, file), failure.Line))
            .Select(failure => $"line {failure.Line}: {failure.Failure}"));
    }

    [ConformanceTheory]
    [InlineData("core", "memory_grow/memory_grow.json")]
    [InlineData("core", "memory_trap/memory_trap.json")]
    [InlineData("bulk-memory", "bulk-memory/memory_copy/memory_copy.json")]
    [InlineData("multi-memory", "multi-memory/memory_grow/memory_grow.json")]
    public void Engine_MemoryFile_DoesTheSameOnThePortableAddressSpace(string group, string file)
    {
        using var runner = new CoreSuiteRunner(
            SuiteArchive.Open(CoreSuite.Name, group).ReadFile(file), importsByName: false, new PortableAddressSpace());

        FailureList.AssertEmpty(runner.Run(SuiteProfile.Cm02, TimeSpan.FromMinutes(1)).Select(failure => failure.Failure));
        Assert.NotEqual(0, runner.Ran);
    }
}
