using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Validation;

/// <summary>Counts the steps of all walks over types, so that types made to be walked for ever are refused instead; also what else a load may cost.</summary>
/// <param name="load">What loading the file may cost; left out where no file is loaded.</param>
internal sealed class WorkBudget(LoadBudget? load = null)
{
    private const int StepsBetweenLooks = 0xFFFF;

    private long _left = ComponentLimits.Work;

    /// <summary>What loading the file may cost.</summary>
    public LoadBudget Load { get; } = load ?? new LoadBudget(0);

    /// <summary>What an instance of a component or core module costs, by the type that stands for it.</summary>
    public Dictionary<DefinedType, InstantiationCost> InstantiationCosts { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>What the component may use that is not settled yet.</summary>
    public ComponentFeatures Features { get; init; }

    /// <summary>Offset of the definition at hand, for the error.</summary>
    public int Offset { get; set; }

    /// <summary>Takes one step.</summary>
    public void Spend(int steps = 1)
    {
        _left -= steps;
        if (_left < 0)
        {
            Reject.OverLimit($"the component's types are too complex to check: more than the limit of {ComponentLimits.Work} steps", Offset);
        }
        if ((_left & StepsBetweenLooks) == 0)
        {
            Load.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
