namespace Mik.Components.Runtime;

/// <summary>An event as core code gets it (CanonicalABI.md, "Waitable State").</summary>
/// <param name="Code">What happened.</param>
/// <param name="Index">The handle that it happened to.</param>
/// <param name="Payload">How it ended.</param>
internal readonly record struct WaitableEvent(EventCode Code, int Index = 0, int Payload = 0);

/// <summary>The kinds of events.</summary>
internal enum EventCode
{
    /// <summary>Nothing happened.</summary>
    None = 0,
    /// <summary>A call of an import went on.</summary>
    Subtask = 1,
    /// <summary>A read of a stream ended.</summary>
    StreamRead = 2,
    /// <summary>A write of a stream ended.</summary>
    StreamWrite = 3,
    /// <summary>A read of a future ended.</summary>
    FutureRead = 4,
    /// <summary>A write of a future ended.</summary>
    FutureWrite = 5,
    /// <summary>The caller wants no result any more.</summary>
    TaskCancelled = 6,
}

/// <summary>Something in a handle table that has events: a call of an import, or an end of a stream or future.</summary>
internal abstract class Waitable
{
    private LinkedListNode<Waitable>? _place;

    /// <summary>Its handle, while it is in a table.</summary>
    public int Index { get; set; }

    /// <summary>The set that it is in, or null.</summary>
    public WaitableSet? Set { get; private set; }

    /// <summary>Whether core code waits for it without a set.</summary>
    public bool HasSyncWaiter { get; set; }

    /// <summary>Whether there is an event to be told.</summary>
    public abstract bool HasEvent { get; }

    /// <summary>Its place among the members of a set that have an event.</summary>
    internal LinkedListNode<Waitable> Place => _place ??= new(this);

    /// <summary>Tells the event; only when there is one.</summary>
    public WaitableEvent TakeEvent()
    {
        _place?.List?.Remove(_place);
        return Deliver();
    }

    /// <summary>Goes into a set, or out of all.</summary>
    public void Join(WaitableSet? set)
    {
        Set?.Remove(this);
        Set = set;
        if (set is not null)
        {
            set.Add(this);
        }
    }

    /// <summary>Makes the event, of which there is one; afterwards it is gone.</summary>
    protected abstract WaitableEvent Deliver();

    /// <summary>There may be an event now.</summary>
    protected void Notify()
    {
        if (HasEvent)
        {
            Set?.Signal(this);
        }
    }

    /// <summary>Traps when core code would wait for it both by a set and without.</summary>
    protected void CheckSyncUse()
    {
        if (Set is not null)
        {
            throw TaskTraps.Abi("waitable cannot be used synchronously while added to a waitable set");
        }
    }
}
