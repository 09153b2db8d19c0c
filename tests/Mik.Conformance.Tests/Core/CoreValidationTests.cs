using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Conformance.Tests.Core;

/// <summary>Decoding and validation against the core suite: good modules are accepted, bad ones refused with the one exception for it.</summary>
public sealed class CoreValidationTests
{
    public static TheoryData<string, string> Files => CoreSuite.Files;

    [ConformanceTheory]
    [MemberData(nameof(Files))]
    public void Validator_SuiteFile_AcceptsAndRefusesAsTheSuiteSays(string group, string file)
    {
        var failures = SuiteArchive.Open(CoreSuite.Name, group).ReadFile(file)
            .CommandsOf(SuiteProfile.Cm02)
            .Where(command => command.Kind != "component")
            .Select(Check)
            .OfType<string>();
        Assert.Empty(failures);
    }

    private static string? Check(SuiteCommand command)
    {
        var expected = command.Type switch
        {
            "module" or "module_definition" or "assert_uninstantiable" or "assert_unlinkable" => true,
            "assert_invalid" or "assert_malformed" => false,
            _ => (bool?)null,
        };
        if (expected is null || command.ReadModule() is not { } bytes)
        {
            return null;
        }
        try
        {
            WasmModule.Load(bytes, WasmFeatures.All);
            return expected.Value ? null : $"{command}: accepted, but {command.ExpectedText}";
        }
        catch (InvalidModuleException error)
        {
            return expected.Value ? $"{command}: refused with {error.Message}" : null;
        }
    }
}
