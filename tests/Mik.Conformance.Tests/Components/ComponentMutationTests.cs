using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Conformance.Tests.Suites;
using Mik.Testing;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Components;

/// <summary>Damages the suites' components: loading them gives a component or the one exception for bad components.</summary>
public sealed class ComponentMutationTests
{
    private const int MutantsPerGroup = 20_000;
    private const int LargestComponent = 4_000;

    public static TheoryData<string> Groups => [.. ComponentSuite.Groups];

    [ConformanceTheory]
    [MemberData(nameof(Groups))]
    public void Load_MutatedSuiteComponents_GiveAComponentOrInvalidComponentException(string group)
    {
        var corpus = SuiteArchive.Open(ComponentSuite.Name, group).Modules.Where(bytes => bytes.Length <= LargestComponent).ToArray();
        var mutator = new ModuleMutator(seed: 4711, corpus);
        for (var i = 0; i < MutantsPerGroup; i++)
        {
            var bytes = mutator.Next();
            try
            {
                Component.Load(bytes, WasmFeatures.All);
            }
            catch (InvalidComponentException error)
            {
                Assert.InRange(error.Offset, 0, bytes.Length);
            }
        }
    }
}
