using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Conformance.Tests.Components;
using Mik.Conformance.Tests.Core;
using Mik.Conformance.Tests.Suites;
using Mik.Fuzz;
using Mik.Testing;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>Proves the code of every module of the suites and of the guests.</summary>
public sealed class IlProofTests
{
    public static TheoryData<string> Groups => [.. CoreSuite.Groups];

    public static TheoryData<string> Guests =>
    [
        .. Directory.EnumerateFiles(RepositoryRoot.Combine("guests"), "*.wasm", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(RepositoryRoot.Combine("guests"), file))
            .Where(file => !file.StartsWith("bad", StringComparison.Ordinal) && !file.Contains("node_modules", StringComparison.Ordinal)
                && !file.EndsWith(".core.wasm", StringComparison.Ordinal)),
    ];

    [ConformanceTheory]
    [MemberData(nameof(Groups))]
    public void EmittedCode_OfASuite_HasItsChecks(string group)
    {
        var archive = SuiteArchive.Open(CoreSuite.Name, group);
        var failures = new List<string>();
        foreach (var command in archive.Files.Select(archive.ReadFile).SelectMany(file => file.CommandsOf(SuiteProfile.Cm02)))
        {
            if (command.Type is "module" or "module_definition" or "assert_uninstantiable" && SuiteFeatures.AreEnabled(command.Requires)
                && command.Kind == "core" && command.ReadModule() is { } bytes)
            {
                failures.AddRange(ModuleProver.Prove(WasmModule.Load(bytes, SuiteFeatures.Enabled)).Select(failure => $"{command}: {failure}"));
            }
        }
        FailureList.AssertEmpty(failures.Take(50));
    }

    [ConformanceFact]
    public void EmittedCode_OfTheComponentSuites_HasItsChecks()
    {
        var components =
            from @group in ComponentSuite.Groups
            let archive = SuiteArchive.Open(ComponentSuite.Name, @group)
            from file in archive.Files
            from command in archive.ReadFile(file).CommandsOf(SuiteProfile.Cm02)
            where command is { Kind: "component", Type: "module" or "module_definition" } && ComponentSuite.IsEnabled(command)
                && command.ReadModule() is not null
            select command;
        FailureList.AssertEmpty(
            components.SelectMany(command => CoreModulesOf(command).SelectMany(ModuleProver.Prove).Select(failure => $"{command}: {failure}")).Take(50));
    }

    [Theory]
    [MemberData(nameof(Guests))]
    public void EmittedCode_OfAGuest_HasItsChecks(string file)
    {
        var bytes = File.ReadAllBytes(RepositoryRoot.Combine("guests", file));
        var modules = Corpus.IsComponent(bytes) ? CoreModulesOf(Component.Load(bytes)) : [WasmModule.Load(bytes)];
        FailureList.AssertEmpty(modules.SelectMany(ModuleProver.Prove).Take(50));
    }

    [ConformanceFact]
    public void EmittedCode_OfRandomModules_HasItsChecks()
    {
        var archive = SuiteArchive.Open("difffuzz", "smith-v8");
        var failures = archive.Modules.SelectMany(bytes => ModuleProver.Prove(WasmModule.Load(bytes)));
        FailureList.AssertEmpty(failures.Take(50));
    }

    // What cannot be loaded is ComponentValidationTests' business.
    private static IEnumerable<WasmModule> CoreModulesOf(SuiteCommand command)
    {
        try
        {
            return CoreModulesOf(Component.Load(command.ReadModule()!));
        }
        catch (InvalidComponentException)
        {
            return [];
        }
    }

    private static IEnumerable<WasmModule> CoreModulesOf(Component component) => component.Definitions.SelectMany(definition => definition switch
    {
        CoreModuleDefinition module => [module.Module],
        ComponentDefinition inner => CoreModulesOf(inner.Component),
        _ => Array.Empty<WasmModule>(),
    });
}
