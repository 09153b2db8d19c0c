using System.Diagnostics.CodeAnalysis;

namespace Mik.AspNetCore.Threads;

/// <summary>Work that waits for its turn: groups take turns, and within one it is first come, first served. Not for several threads.</summary>
internal sealed class FairLine
{
    private readonly Dictionary<object, Queue<IGuestWork>> _groups = [];
    private readonly Queue<object> _turns = new();

    /// <summary>How much waits.</summary>
    public int Count { get; private set; }

    /// <summary>Adds work at the end of its group.</summary>
    public void Enqueue(IGuestWork work)
    {
        var group = work.Group ?? work;
        if (!_groups.TryGetValue(group, out var line))
        {
            _groups.Add(group, line = new Queue<IGuestWork>());
            _turns.Enqueue(group);
        }

        line.Enqueue(work);
        Count++;
    }

    /// <summary>Takes the next work of the group whose turn it is.</summary>
    /// <param name="mustWait">Whether a group has enough at work already: then its turn passes.</param>
    /// <param name="work">The work.</param>
    public bool TryDequeue(Func<object, bool> mustWait, [NotNullWhen(true)] out IGuestWork? work)
    {
        for (var groups = _turns.Count; groups > 0; groups--)
        {
            var group = _turns.Dequeue();
            if (mustWait(group))
            {
                _turns.Enqueue(group);
                continue;
            }

            var line = _groups[group];
            work = line.Dequeue();
            Count--;
            if (line.Count > 0)
            {
                _turns.Enqueue(group);
            }
            else
            {
                _groups.Remove(group);
            }

            return true;
        }

        work = null;
        return false;
    }
}
