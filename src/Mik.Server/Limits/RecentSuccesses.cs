namespace Mik.Server.Limits;

/// <summary>
/// From whom a module has answered requests lately. Some addresses are kept exactly; of those that make way for others it is kept when the last of
/// them had an answer, so that no answer is forgotten before its time. Used by any thread.
/// </summary>
internal sealed class RecentSuccesses
{
    private const int Places = 16;

    // One that asks all the time writes once in so long.
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ulong[] _keys = new ulong[Places];
    private readonly long[] _times = new long[Places];
    private readonly TimeProvider _clock;
    private readonly long _grain;
    private long _latestOfOthers;

    /// <summary>Nobody yet.</summary>
    public RecentSuccesses(TimeProvider clock)
    {
        _clock = clock;
        _grain = (long)(Grain.TotalSeconds * clock.TimestampFrequency);
        Array.Fill(_keys, ulong.MaxValue);
    }

    /// <summary>A request of this client was answered.</summary>
    public void Record(ClientAddress client)
    {
        var now = _clock.GetTimestamp();
        var place = Array.IndexOf(_keys, client.Key);
        if (place < 0)
        {
            Replace(client, now);
        }
        else if (Volatile.Read(ref _times[place]) is var time && (now - time >= _grain || time == 0))
        {
            // Another client may have taken the place meanwhile: it was answered now as well.
            Volatile.Write(ref _times[place], now);
        }
    }

    /// <summary>Whether a client other than some was answered within a time.</summary>
    public bool HasOtherThan(Func<ClientAddress, bool> isExcluded, TimeSpan within)
    {
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            for (var place = 0; place < Places; place++)
            {
                if (IsWithin(Volatile.Read(ref _times[place]), now, within) && !isExcluded(new ClientAddress(_keys[place])))
                {
                    return true;
                }
            }

            return IsWithin(_latestOfOthers, now, within);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Array.Clear(_times);
            _latestOfOthers = 0;
        }
    }

    private void Replace(ClientAddress client, long now)
    {
        lock (_gate)
        {
            var place = Array.IndexOf(_keys, client.Key);
            if (place < 0)
            {
                place = Oldest();
                _latestOfOthers = Math.Max(_latestOfOthers, _times[place]);
            }

            _keys[place] = client.Key;
            Volatile.Write(ref _times[place], now);
        }
    }

    private int Oldest()
    {
        var oldest = 0;
        for (var place = 1; place < Places; place++)
        {
            oldest = _times[place] < _times[oldest] ? place : oldest;
        }

        return oldest;
    }

    private bool IsWithin(long time, long now, TimeSpan within) => time != 0 && _clock.GetElapsedTime(time, now) <= within;
}
