namespace Mik.Scripting.TypeScript;

/// <summary>Results of <see cref="TypeStripper"/> that are kept, up to a number of bytes; beyond it they begin anew. Used by any thread.</summary>
internal sealed class StrippedSources(long maximumBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StrippedSource> _kept = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>A result that is kept, or null.</summary>
    public StrippedSource? Find(string key)
    {
        lock (_gate)
        {
            return _kept.GetValueOrDefault(key);
        }
    }

    /// <summary>Keeps a result, unless it is too large alone.</summary>
    public void Keep(string key, StrippedSource source)
    {
        var bytes = source.SizeBytes;
        if (bytes > maximumBytes)
        {
            return;
        }

        lock (_gate)
        {
            if (_bytes + bytes > maximumBytes)
            {
                _kept.Clear();
                _bytes = 0;
            }

            if (_kept.TryAdd(key, source))
            {
                _bytes += bytes;
            }
        }
    }
}
