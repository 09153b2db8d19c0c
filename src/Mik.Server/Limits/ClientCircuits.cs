using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Mik.Server.Limits;

/// <summary>
/// The clients whose last requests to a module failed, those that failed last at the end. Their number is bounded, for each module and for all, and
/// nobody can make another's entry or its own go before its time: while there is no place, further clients are not kept. Changed under the owner's
/// gate, read by any thread.
/// </summary>
internal sealed class ClientCircuits(ClientQuota quota, TimeProvider clock)
{
    /// <summary>How long an entry is kept in any case: as long as an open circuit refuses requests.</summary>
    private static readonly TimeSpan KeptFor = CircuitBreaker.OpenTime;

    /// <summary>How long one is kept where there is place.</summary>
    private static readonly TimeSpan KeptAtMost = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<ClientAddress, LinkedListNode<ClientCircuit>> _byClient = new(concurrencyLevel: 1, capacity: 31);
    private readonly LinkedList<ClientCircuit> _byTime = new();
    private volatile int _count;

    /// <summary>How many are kept.</summary>
    public int Count => _count;

    /// <summary>Finds the entry of a client.</summary>
    public bool TryFind(ClientAddress client, [NotNullWhen(true)] out ClientCircuit? found)
    {
        found = _count > 0 && _byClient.TryGetValue(client, out var node) ? node.Value : null;
        return found is not null;
    }

    /// <summary>The entry of a client of which a request failed now; null when there is no place for one.</summary>
    public ClientCircuit? Failed(ClientAddress client, long run)
    {
        var now = clock.GetTimestamp();
        if (!_byClient.TryGetValue(client, out var node))
        {
            DropOld(now, KeptAtMost);
            if (!quota.TryTake(_count) && !(DropOld(now, KeptFor) && quota.TryTake(_count)))
            {
                return null;
            }

            node = new LinkedListNode<ClientCircuit>(new ClientCircuit(client, clock));
            _byClient[client] = node;
            _count++;
        }
        else
        {
            _byTime.Remove(node);
        }

        node.Value.FailedAt = now;
        node.Value.Run = run;
        _byTime.AddLast(node);
        return node.Value;
    }

    /// <summary>Those of which the last failure belongs to a run, the latest first.</summary>
    public IEnumerable<ClientCircuit> InRun(long run)
    {
        for (var node = _byTime.Last; node is not null && node.Value.Run == run; node = node.Previous)
        {
            yield return node.Value;
        }
    }

    /// <summary>How many have an open circuit.</summary>
    public int CountOpen() => _byClient.Count(entry => entry.Value.Value.Circuit.State == CircuitState.Open);

    /// <summary>Forgets a client: a request of it was answered.</summary>
    public void Remove(ClientCircuit circuit)
    {
        if (_byClient.TryGetValue(circuit.Client, out var node) && node.Value == circuit)
        {
            Drop(node);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        while (_byTime.First is { } node)
        {
            Drop(node);
        }
    }

    /// <summary>Forgets the one that failed longest ago, if that is so long ago.</summary>
    private bool DropOld(long now, TimeSpan age)
    {
        if (_byTime.First is { } oldest && clock.GetElapsedTime(oldest.Value.FailedAt, now) >= age)
        {
            Drop(oldest);
            return true;
        }

        return false;
    }

    private void Drop(LinkedListNode<ClientCircuit> node)
    {
        _byClient.TryRemove(node.Value.Client, out _);
        _byTime.Remove(node);
        _count--;
        quota.Return(_count);
    }
}
