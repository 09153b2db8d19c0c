namespace Mik.Components.Runtime;

/// <summary>What of the host ends with a call, if it has not ended before. Used by any thread.</summary>
internal sealed class OwnedDisposables
{
    private readonly Lock _gate = new();
    private IDisposable? _first;
    private HashSet<IDisposable>? _others;
    private bool _isClosed;

    /// <summary>Keeps something until it has ended, or disposes it when the call is over already.</summary>
    public void Add(IDisposable thing)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                // Most calls have one at most.
                if (_first is null)
                {
                    _first = thing;
                }
                else
                {
                    (_others ??= []).Add(thing);
                }
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
            if (_first == thing)
            {
                _first = null;
            }
            else
            {
                _others?.Remove(thing);
            }
        }
    }

    /// <summary>The call is over: disposes what has not ended, and whatever comes late.</summary>
    public void Close()
    {
        IDisposable? first;
        HashSet<IDisposable>? others;
        lock (_gate)
        {
            _isClosed = true;
            (first, others) = (_first, _others);
            (_first, _others) = (null, null);
        }
        first?.Dispose();
        if (others is not null)
        {
            foreach (var thing in others)
            {
                thing.Dispose();
            }
        }
    }
}
