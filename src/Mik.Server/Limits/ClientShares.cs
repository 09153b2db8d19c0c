namespace Mik.Server.Limits;

/// <summary>
/// An amount of something that all clients may hold at once, and of that a part that one client may: whoever holds its part leaves the rest to others.
/// Nobody waits: there is room or there is none. Not for what every request asks for, since there is a gate.
/// </summary>
internal sealed class ClientShares(long ofAll, long ofOne)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientAddress, long> _held = [];
    private long _sum;

    /// <summary>What all hold.</summary>
    public long Held => Interlocked.Read(ref _sum);

    /// <summary>Takes a part of it, if all and the client have room for it.</summary>
    public bool TryTake(ClientAddress client, long amount)
    {
        lock (_gate)
        {
            var held = _held.GetValueOrDefault(client) + amount;
            if (held > ofOne || _sum + amount > ofAll)
            {
                return false;
            }

            _held[client] = held;
            _sum += amount;
            return true;
        }
    }

    /// <summary>Gives a part back.</summary>
    public void Return(ClientAddress client, long amount)
    {
        lock (_gate)
        {
            _sum -= amount;
            if ((_held[client] -= amount) == 0)
            {
                _held.Remove(client);
            }
        }
    }
}
