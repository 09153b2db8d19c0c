using Mik.Wasm.Execution;

namespace Mik.Wasi.Http.Types;

/// <summary>What the texts of a request's head are charged for that a guest may set: method, path, scheme, authority.</summary>
/// <param name="budget">What they draw on.</param>
internal struct HeldText(ResourceBudget budget)
{
    private long _held;

    /// <summary>One takes the place of another.</summary>
    /// <param name="before">A text, or whatever else is no text.</param>
    /// <param name="after">The same.</param>
    /// <exception cref="Trap">The request may not have it.</exception>
    public void Replace(object? before, object? after)
    {
        var more = BytesOf(after) - BytesOf(before);
        if (more > 0)
        {
            budget.Charge(LimitedResource.Fields, more);
        }
        else if (more < 0)
        {
            budget.Release(-more);
        }
        _held += more;
    }

    /// <summary>None is held any more.</summary>
    public void End()
    {
        if (_held > 0)
        {
            budget.Release(_held);
            _held = 0;
        }
    }

    private static long BytesOf(object? text) => text is string held ? (long)held.Length * sizeof(char) : 0;
}
