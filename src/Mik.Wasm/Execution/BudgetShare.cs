namespace Mik.Wasm.Execution;

/// <summary>What one object has taken of a <see cref="ResourceBudget"/>; given back once, by whoever is last to let the object go.</summary>
/// <param name="budget">The budget.</param>
/// <param name="resource">What the bytes are for.</param>
public sealed class BudgetShare(ResourceBudget budget, LimitedResource resource) : IDisposable
{
    private long _bytes;

    /// <summary>Bytes taken.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Takes more.</summary>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public void Charge(long bytes)
    {
        budget.Charge(resource, bytes);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Takes more; false when the budget does not allow it.</summary>
    public bool TryCharge(long bytes)
    {
        if (!budget.TryCharge(resource, bytes))
        {
            return false;
        }
        Interlocked.Add(ref _bytes, bytes);
        return true;
    }

    /// <summary>Gives all back.</summary>
    public void Dispose() => budget.Release(Interlocked.Exchange(ref _bytes, 0));
}
