using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Components.Validation;

/// <summary>
/// What one instance of a component or core module costs, those inside it included: a component that instantiates others several times over, which do the
/// same, means far more than it has bytes. Components that are imported are not known here; they are counted when instances are made.
/// </summary>
/// <param name="Definitions">Definitions that are walked over.</param>
/// <param name="Instances">Instances that are made.</param>
/// <param name="Bytes">Bytes that the core instances need beside memories and tables.</param>
internal readonly record struct InstantiationCost(long Definitions, long Instances, long Bytes)
{
    /// <summary>The cost of an instance of a core module.</summary>
    public static InstantiationCost Of(WasmModule module) => new(0, 1, new ContextLayout(module).Size);

    /// <summary>Both together.</summary>
    public static InstantiationCost operator +(InstantiationCost left, InstantiationCost right) =>
        new(left.Definitions + right.Definitions, left.Instances + right.Instances, left.Bytes + right.Bytes);

    /// <summary>Refuses what is too much.</summary>
    /// <exception cref="InvalidModuleException">It is too much.</exception>
    public void Check(LoadBudget budget, int offset)
    {
        budget.Check(LoadResource.Instantiation, Definitions, offset);
        budget.Check(LoadResource.Instances, Instances, offset);
        budget.Check(LoadResource.InstanceBytes, Bytes, offset);
    }
}
