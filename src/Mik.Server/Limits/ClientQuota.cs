namespace Mik.Server.Limits;

/// <summary>
/// How many clients may be kept: by each module, and by all together but for a few of each, so that the clients of one take nothing from those of another.
/// </summary>
internal sealed class ClientQuota(int perModule = 4096, int shared = 65_536, int ownOfModule = 64)
{
    private int _taken;

    /// <summary>A place for one more, beside those that a module has.</summary>
    public bool TryTake(int ofModule)
    {
        if (ofModule < ownOfModule)
        {
            return true;
        }

        if (ofModule >= perModule)
        {
            return false;
        }

        if (Interlocked.Increment(ref _taken) <= shared)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>A module gave a place back and has so many now.</summary>
    public void Return(int ofModule)
    {
        if (ofModule >= ownOfModule)
        {
            Interlocked.Decrement(ref _taken);
        }
    }
}
