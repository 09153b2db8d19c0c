namespace Mik.Wasm.Execution;

/// <summary>
/// Which functions threw the last exceptions of a store, for those that are thrown again on their way: an exception itself has no room for a name. It keeps
/// none of them alive, and knows few, as hardly more are on their way at once.
/// </summary>
internal sealed class RecentThrowers
{
    private const int Kept = 8;

    private readonly WeakReference<object>?[] _exceptions = new WeakReference<object>?[Kept];
    private readonly string[] _throwers = new string[Kept];
    private int _last;

    /// <summary>Notes an exception that is new.</summary>
    public void Add(object exception, string thrower)
    {
        _last = (_last + 1) % Kept;
        _throwers[_last] = thrower;
        if (_exceptions[_last] is { } place)
        {
            place.SetTarget(exception);
            return;
        }
        _exceptions[_last] = new WeakReference<object>(exception);
    }

    /// <summary>Who threw an exception; null when others were thrown since that took its place.</summary>
    public string? Find(object exception)
    {
        for (var i = 0; i < Kept; i++)
        {
            var place = (_last + Kept - i) % Kept;
            if (_exceptions[place] is { } known && known.TryGetTarget(out var one) && ReferenceEquals(one, exception))
            {
                return _throwers[place];
            }
        }
        return null;
    }
}
