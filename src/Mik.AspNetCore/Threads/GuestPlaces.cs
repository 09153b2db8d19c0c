using System.Runtime.InteropServices;

namespace Mik.AspNetCore.Threads;

/// <summary>
/// How many guests run, in how many places, and how many of them each group has. As many more than there are places may run as have run for long: half of
/// the processors' time stays for those that do not. Under the gate of <see cref="GuestThreads"/>.
/// </summary>
internal sealed class GuestPlaces(int places)
{
    // What one group's guests that run for long may have together, beside others that want the processors: a third of what one of those has.
    private const int NiceOfOne = 5;

    /// <summary>Guests of one group that work at a time, for each processor; fewer when several groups have guests that run for long.</summary>
    public const int MostPerProcessor = 10;

    private readonly Dictionary<object, int> _working = [];
    private readonly Dictionary<object, int> _longByGroup = [];
    private int _running;
    private int _long;

    /// <summary>Whether a guest runs in a place.</summary>
    public bool HasRunning => _running > 0;

    /// <summary>How many may start now.</summary>
    public int Free => places + _long - _running;

    /// <summary>A thread's guest begins to run, or goes on after a wait.</summary>
    public void Enter(GuestThread thread)
    {
        thread.State = GuestState.Running;
        thread.Since = Environment.TickCount64;
        thread.ProcessorTimeAtLook = null;
        _running++;
        Add(_working, thread.Group, 1);
        (thread.Group as RunTimeAverage)?.Begin();
    }

    /// <summary>A thread's guest ends, or waits.</summary>
    public void Leave(GuestThread thread, GuestState next)
    {
        if (thread.State == GuestState.Running)
        {
            _running--;
            Add(_working, thread.Group, -1);
        }
        else if (thread.State == GuestState.Long)
        {
            _long--;
            Add(_working, thread.Group, -1);
            Add(_longByGroup, thread.Group, -1);
        }

        thread.State = next;
    }

    /// <summary>A guest that has run for long gives its place away, and runs on.</summary>
    public void GiveAway(GuestThread thread)
    {
        _running--;
        _long++;
        Add(_longByGroup, thread.Group, 1);
        thread.State = GuestState.Long;
    }

    /// <summary>
    /// Whether a group has enough guests at work: what few threads do on each processor the kernel can put aside for others at once, among dozens it cannot.
    /// </summary>
    public bool HasEnough(object group) =>
        _working.TryGetValue(group, out var count) && count >= MostOf(group);

    /// <summary>The priority of a guest that has run for long: the lower the more there are of its group. A step of nice is a quarter of the weight.</summary>
    public int NiceOf(object group) => Math.Min(NativePriority.MaxNice, NiceOfOne + (int)Math.Round(Math.Log(_longByGroup[group], 1.25)));

    private int MostOf(object group) => group is RunTimeAverage { IsBeginning: true }
        ? places : Math.Max(places, MostPerProcessor * Environment.ProcessorCount / Math.Max(1, _longByGroup.Count));

    private static void Add(Dictionary<object, int> counts, object group, int change)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, group, out _);
        count += change;
        if (count == 0)
        {
            counts.Remove(group);
        }
    }
}
