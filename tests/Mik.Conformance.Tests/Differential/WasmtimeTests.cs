using Mik.Fuzz;
using Mik.Fuzz.Comparisons;

namespace Mik.Conformance.Tests.Differential;

/// <summary>A second engine checks the first, on what <c>tools/Mik.Fuzz</c> makes at random; it runs longer there.</summary>
public sealed class WasmtimeTests
{
    [WasmtimeFact]
    public void Engine_RandomModules_AgreesWithWasmtime() => AssertAgrees(ModuleComparison.WithWasmtime(), 60);

    [WasmtimeFact]
    public void Engine_RandomModulesWithObjects_AgreesWithWasmtime() => AssertAgrees(ModuleComparison.OfObjects(), 60);

    [WasmtimeFact]
    public void Load_DamagedModules_AgreesWithWasmtime()
    {
        using var comparison = new MutantComparison("mutants", Corpus.Modules([]));
        AssertAgrees(comparison, 1000);
    }

    [WasmtimeFact]
    public void Load_DamagedComponents_AgreesWithWasmtime()
    {
        using var comparison = new MutantComparison("components", Corpus.Components([]));
        AssertAgrees(comparison, 300);
    }

    [WasmtimeFact]
    public void Call_RandomValuesBetweenGuests_AgreesWithWasmtime() => AssertAgrees(new ValueComparison(), 60);

    private static void AssertAgrees(IComparison comparison, int count) =>
        Assert.Empty(comparison.Compare(1, count).Select(difference => difference.ToString()));
}
