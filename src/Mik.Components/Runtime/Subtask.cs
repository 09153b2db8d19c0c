namespace Mik.Components.Runtime;

/// <summary>How far a call of an import is, in the numbers that core code gets.</summary>
internal enum SubtaskState
{
    /// <summary>It has not begun; its arguments are still the caller's.</summary>
    Starting = 0,
    /// <summary>It has its arguments.</summary>
    Started = 1,
    /// <summary>It has given its result.</summary>
    Returned = 2,
    /// <summary>It was cancelled before it began.</summary>
    CancelledBeforeStarted = 3,
    /// <summary>It was cancelled before it gave a result.</summary>
    CancelledBeforeReturned = 4,
}

/// <summary>A call of an import that did not end at once (CanonicalABI.md, "Subtask State").</summary>
/// <param name="scope">The caller.</param>
internal abstract class Subtask(InstanceScope scope) : Waitable
{
    private List<int>? _lends;
    private bool _isChanged;

    /// <summary>How far it is.</summary>
    public SubtaskState State { get; private set; }

    /// <summary>Whether it has ended.</summary>
    public bool IsResolved => State >= SubtaskState.Returned;

    /// <summary>Whether the caller was told that it has ended.</summary>
    public bool IsDelivered { get; private set; }

    /// <summary>Whether the caller wants no result any more.</summary>
    public bool IsCancelled { get; set; }

    /// <inheritdoc/>
    public override bool HasEvent => _isChanged;

    /// <summary>The caller.</summary>
    protected InstanceScope Scope => scope;

    /// <summary>Asks for its end; afterwards it may have ended.</summary>
    public abstract void Cancel();

    /// <summary>Keeps handles lent until the caller knows that the call has ended.</summary>
    private void Lend(int index) => (_lends ??= []).Add(index);

    /// <summary>Keeps what the call at hand has lent.</summary>
    /// <param name="first">Where that begins among all that is lent.</param>
    public void TakeLends(int first)
    {
        var lends = scope.Lends;
        for (var i = first; i < lends.Count; i++)
        {
            Lend(lends[i]);
        }
        lends.RemoveRange(first, lends.Count - first);
    }

    /// <summary>Goes on.</summary>
    public void MoveTo(SubtaskState state, bool tells = true)
    {
        State = state;
        if (tells)
        {
            _isChanged = true;
            Notify();
        }
    }

    /// <summary>The caller knows the end without an event.</summary>
    public void DeliverEnd()
    {
        IsDelivered = true;
        foreach (var index in _lends ?? [])
        {
            scope.Handles.Unlend(index);
        }
        _lends = null;
    }

    /// <inheritdoc/>
    protected override WaitableEvent Deliver()
    {
        _isChanged = false;
        if (IsResolved && !IsDelivered)
        {
            DeliverEnd();
        }
        return new WaitableEvent(EventCode.Subtask, Index, (int)State);
    }
}
