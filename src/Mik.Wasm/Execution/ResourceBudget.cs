using System.Globalization;

namespace Mik.Wasm.Execution;

/// <summary>
/// What one request may use: one sum over linear memory, tables and all that the host holds because of the guest. Everything is charged before it is
/// made. Used by any thread.
/// </summary>
/// <param name="limit">Bytes.</param>
/// <param name="caller">The budget of the request that this one is a part of: what is charged here is charged there too.</param>
public sealed class ResourceBudget(long limit, ResourceBudget? caller = null)
{
    // No sum is negative, so this is no sum.
    private const long Ended = -1;

    // Who looks for what is measured needs thousands.
    private const int MostClockReadings = 256;

    private long _used;
    private int _clockReadings;
    private readonly Lock _gate = new();
    private Func<long, bool>[] _reclaimers = [];
    private ResourceRefusal? _refusal;
    private ResourceBudget? _heir;

    /// <summary>The most that may be used.</summary>
    public long Limit { get; } = limit;

    /// <summary>What is used now.</summary>
    public long Used => Math.Max(Volatile.Read(ref _used), 0);

    /// <summary>What may still be charged.</summary>
    public long Remaining => Math.Min(Limit - Used, caller?.Remaining ?? long.MaxValue);

    /// <summary>The first charge that was refused; null when all were possible.</summary>
    public ResourceRefusal? Refusal => Volatile.Read(ref _refusal);

    /// <summary>Whether the guest measures time: how long something takes must tell it nothing then.</summary>
    public bool IsTimed => Volatile.Read(ref _clockReadings) > MostClockReadings;

    /// <summary>The guest is about to read a clock.</summary>
    public void NoteClockReading()
    {
        if (!IsTimed)
        {
            Interlocked.Increment(ref _clockReadings);
        }
    }

    /// <summary>Takes bytes for a resource that is about to be made.</summary>
    /// <exception cref="Trap">There are not so many left.</exception>
    public void Charge(LimitedResource resource, long bytes)
    {
        if (!TryCharge(resource, bytes))
        {
            throw Volatile.Read(ref _used) == Ended && _heir is null
                ? new Trap(TrapKind.Interrupted, "the request is over")
                : new Trap(Refused(resource, bytes));
        }
    }

    /// <summary>Takes bytes for a resource that is about to be made; false when there are not so many left.</summary>
    public bool TryCharge(LimitedResource resource, long bytes)
    {
        if (Volatile.Read(ref _used) == Ended && _heir is { } heir)
        {
            return heir.TryCharge(resource, bytes);
        }
        if (TryTakeOfAll(bytes) || TryReclaim(bytes))
        {
            return true;
        }
        if (Volatile.Read(ref _used) != Ended)
        {
            Refuse(resource, bytes);
        }
        return false;
    }

    /// <summary>
    /// Adds what gives back what is used no longer, when there are not so many bytes left as are asked for. It is asked when there are not so many of a
    /// caller's left either, whoever of its parts needs them.
    /// </summary>
    internal void AddReclaimer(Func<long, bool> reclaimer)
    {
        lock (_gate)
        {
            _reclaimers = [.. _reclaimers, reclaimer];
        }
        caller?.AddReclaimer(reclaimer);
    }

    /// <summary>The same is not asked again.</summary>
    internal void RemoveReclaimer(Func<long, bool> reclaimer)
    {
        lock (_gate)
        {
            _reclaimers = [.. _reclaimers.Where(one => one != reclaimer)];
        }
        caller?.RemoveReclaimer(reclaimer);
    }

    /// <summary>Remembers that a resource could not be had, for whoever tells what became of the request.</summary>
    public void Refuse(LimitedResource resource, long bytes)
    {
        if (_refusal is null)
        {
            Interlocked.CompareExchange(ref _refusal, Refused(resource, bytes), null);
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(long bytes)
    {
        if (TryGiveBack(bytes))
        {
            caller?.Release(bytes);
        }
    }

    /// <summary>The request is over: all is given back, and what comes late is not counted any more.</summary>
    public void End()
    {
        var used = Interlocked.Exchange(ref _used, Ended);
        ForgetReclaimers();
        if (used > 0)
        {
            caller?.Release(used);
        }
    }

    /// <summary>
    /// The same where something of the request lasts: another budget has it from now on, and whatever comes late.
    /// </summary>
    /// <param name="heir">The other budget.</param>
    /// <param name="ownBytes">What of it does not last, or is another's already.</param>
    internal void EndInto(ResourceBudget heir, long ownBytes)
    {
        _heir = heir;
        var used = Interlocked.Exchange(ref _used, Ended);
        ForgetReclaimers();
        if (used > 0)
        {
            caller?.Release(used);
            Interlocked.Add(ref heir._used, Math.Max(used - ownBytes, 0));
        }
    }

    private ResourceBudget? Above => caller;

    private ResourceRefusal Refused(LimitedResource resource, long bytes)
    {
        var used = Used;
        return new ResourceRefusal(resource, bytes, used, Limit, IsOfCaller: caller is not null && bytes <= Limit - used);
    }

    private bool TryGiveBack(long bytes)
    {
        var used = Volatile.Read(ref _used);
        if (used == Ended)
        {
            _ = _heir?.TryGiveBack(bytes);
            return false;
        }
        while (used != Ended)
        {
            // What was charged to a request before may be given back to its heir.
            var seen = Interlocked.CompareExchange(ref _used, Math.Max(used - bytes, 0), used);
            if (seen == used)
            {
                return true;
            }
            used = seen;
        }
        return false;
    }

    private void ForgetReclaimers()
    {
        foreach (var reclaimer in _reclaimers)
        {
            RemoveReclaimer(reclaimer);
        }
    }

    // Its own first, which may be all that is needed; those of other parts only when it is a caller that has no room.
    private bool TryReclaim(long bytes)
    {
        Func<long, bool>[] asked = [];
        for (var budget = this; budget is not null && bytes <= budget.Limit; budget = budget.Above)
        {
            var reclaimers = budget._reclaimers;
            foreach (var reclaimer in reclaimers)
            {
                if (!asked.Contains(reclaimer))
                {
                    reclaimer(bytes);
                    if (TryTakeOfAll(bytes))
                    {
                        return true;
                    }
                }
            }
            if (bytes > budget.Limit - budget.Used)
            {
                return false;
            }
            asked = [.. asked, .. reclaimers];
        }
        return false;
    }

    private bool TryTakeOfAll(long bytes)
    {
        if (!TryTake(bytes))
        {
            return false;
        }
        if (caller is null || caller.TryTakeOfAll(bytes))
        {
            return true;
        }
        TryGiveBack(bytes);
        return false;
    }

    private bool TryTake(long bytes)
    {
        var used = Volatile.Read(ref _used);
        while (used != Ended && bytes <= Limit - used)
        {
            var seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
            {
                return true;
            }
            used = seen;
        }
        return false;
    }
}

/// <summary>A resource that a <see cref="ResourceBudget"/> did not allow.</summary>
/// <param name="Resource">What it was for.</param>
/// <param name="Bytes">What was asked for.</param>
/// <param name="Used">What was used then.</param>
/// <param name="Limit">The most that may be used.</param>
/// <param name="IsOfCaller">Whether this part of a request had room for it, and the request that it is a part of had not.</param>
public sealed record ResourceRefusal(LimitedResource Resource, long Bytes, long Used, long Limit, bool IsOfCaller = false)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{LimitedResources.Name(Resource)}: {Bytes} bytes more, where {Used} of {Limit} are used{(IsOfCaller ? ", and its caller has the rest" : "")}");
}
