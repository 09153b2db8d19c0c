namespace Mik.Components.Validation;

/// <summary>Counts the steps of all walks over types, so that types made to be walked for ever are refused instead.</summary>
internal sealed class WorkBudget
{
    private long _left = ComponentLimits.Work;

    /// <summary>Offset of the definition at hand, for the error.</summary>
    public int Offset { get; set; }

    /// <summary>Takes one step.</summary>
    public void Spend(int steps = 1)
    {
        _left -= steps;
        if (_left < 0)
        {
            Throw.Invalid("the component's types are too complex to check", Offset);
        }
    }
}
