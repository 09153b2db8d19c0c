namespace Mik.Components.Runtime;

/// <summary>Waitables that are waited for together (CanonicalABI.md, "WaitableSet"). Events are told in the order in which they came.</summary>
internal sealed class WaitableSet
{
    private LinkedList<Waitable>? _ready;
    private LinkedList<GuestTask>? _waiting;
    private int _members;

    /// <summary>How many wait for its events.</summary>
    public int Waiters { get; set; }

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty => _members == 0;

    /// <summary>Whether a member has an event.</summary>
    public bool HasEvent => _ready is { Count: > 0 };

    /// <summary>A waitable has joined.</summary>
    internal void Add(Waitable waitable)
    {
        _members++;
        if (waitable.HasEvent)
        {
            Signal(waitable);
        }
    }

    /// <summary>A waitable leaves.</summary>
    internal void Remove(Waitable waitable)
    {
        _members--;
        if (_ready is { Count: > 0 } && waitable.Place.List == _ready)
        {
            _ready.Remove(waitable.Place);
        }
    }

    /// <summary>A member has an event.</summary>
    internal void Signal(Waitable waitable)
    {
        if (waitable.Place.List is null)
        {
            (_ready ??= new()).AddLast(waitable.Place);
        }
        WakeOne();
    }

    /// <summary>The first event, or one that says that there is none.</summary>
    public WaitableEvent TakeEvent()
    {
        if (_ready?.First is not { } first)
        {
            return new WaitableEvent(EventCode.None);
        }
        return first.Value.TakeEvent();
    }

    /// <summary>A callback waits for an event: it is woken by the next one.</summary>
    public void AddWaiting(GuestTask task)
    {
        (_waiting ??= new()).AddLast(task.Place);
        WakeOne();
    }

    /// <summary>If there is an event, whoever has waited for longest is woken.</summary>
    internal void WakeOne()
    {
        if (HasEvent)
        {
            _waiting?.First?.Value.MakeReady();
        }
    }
}
