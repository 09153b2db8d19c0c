namespace Mik.Components.Runtime;

/// <summary>What of the host ends with a call, if it has not ended before. Used by any thread.</summary>
internal sealed class OwnedDisposables
{
    private readonly Lock _gate = new();
    private HashSet<IDisposable>? _things;
    private bool _isClosed;

    /// <summary>Keeps something until it has ended, or disposes it when the call is over already.</summary>
    public void Add(IDisposable thing)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                (_things ??= []).Add(thing);
                return;
            }
        }
        thing.Dispose();
    }

    /// <summary>It has ended.</summary>
    public void Remove(IDisposable thing)
    {
        lock (_gate)
        {
            _things?.Remove(thing);
        }
    }

    /// <summary>The call is over: disposes what has not ended, and whatever comes late.</summary>
    public void Close()
    {
        HashSet<IDisposable>? things;
        lock (_gate)
        {
            _isClosed = true;
            (things, _things) = (_things, null);
        }
        foreach (var thing in things ?? [])
        {
            thing.Dispose();
        }
    }
}
