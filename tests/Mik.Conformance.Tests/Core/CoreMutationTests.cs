using Mik.Conformance.Tests.Suites;
using Mik.Testing;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Core;

/// <summary>Damages the suite's modules: loading them gives a module or the one exception for bad modules.</summary>
public sealed class CoreMutationTests
{
    private const int MutantsPerGroup = 20_000;
    private const int LargestModule = 4_000;

    public static TheoryData<string> Groups => [.. CoreSuite.Groups];

    [ConformanceTheory]
    [MemberData(nameof(Groups))]
    public void Load_MutatedSuiteModules_GiveAModuleOrInvalidModuleException(string group)
    {
        var corpus = SuiteArchive.Open(CoreSuite.Name, group).Modules.Where(module => module.Length <= LargestModule).ToArray();
        var mutator = new ModuleMutator(seed: 4711, corpus);
        for (var i = 0; i < MutantsPerGroup; i++)
        {
            var bytes = mutator.Next();
            try
            {
                WasmModule.Load(bytes, WasmFeatures.All);
            }
            catch (InvalidModuleException error)
            {
                Assert.InRange(error.Offset, 0, bytes.Length);
            }
        }
    }
}
