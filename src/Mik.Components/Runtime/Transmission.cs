namespace Mik.Components.Runtime;

/// <summary>
/// A stream or a future between its two ends (CanonicalABI.md, "Stream State", "Future State"). Either end is a guest's or the host's. A guest's copy waits
/// here for the other end's; nothing is ever kept in between.
/// </summary>
/// <param name="isFuture">Whether it is a future: one value goes through it.</param>
internal sealed class Transmission(bool isFuture)
{
    // What is waiting for its other half.
    private TransmissionEnd? _pending;

    /// <summary>Whether it is a future.</summary>
    public bool IsFuture => isFuture;

    /// <summary>What goes through it; null until a guest has seen it.</summary>
    public ElementType? Element { get; set; }

    /// <summary>The end that a guest reads, or null.</summary>
    public TransmissionEnd? Readable { get; set; }

    /// <summary>The end that a guest writes, or null when the host does.</summary>
    public TransmissionEnd? Writable { get; set; }

    /// <summary>What the host does at the end that is not a guest's, or null while it does nothing.</summary>
    public IHostEnd? Host { get; set; }

    /// <summary>Whether nobody reads any more.</summary>
    public bool IsReadableDropped { get; private set; }

    /// <summary>Whether nobody writes any more.</summary>
    public bool IsWritableDropped { get; private set; }

    /// <summary>Whether the other end is gone.</summary>
    public bool IsOtherDropped(TransmissionEnd end) => end.IsReadable ? IsWritableDropped : IsReadableDropped;

    /// <summary>A guest's read or write begins.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">Elements cannot be copied.</exception>
    public void Begin(TransmissionEnd end)
    {
        if (IsOtherDropped(end))
        {
            return;
        }
        if (_pending is { } other)
        {
            Meet(end, other);
            return;
        }
        _pending = end;
        Host?.TryCopy();
    }

    /// <summary>The copy of the guest that waits here, or null.</summary>
    public TransmissionEnd? Pending => _pending;

    /// <summary>A copy waits no more: it is over, or was cancelled.</summary>
    public void Forget(TransmissionEnd end)
    {
        if (_pending == end)
        {
            _pending = null;
        }
    }

    /// <summary>The host has copied.</summary>
    public void FinishPending()
    {
        var end = _pending!;
        _pending = null;
        end.Finish();
    }

    /// <summary>Nobody reads any more.</summary>
    public void DropReadable()
    {
        if (!IsReadableDropped)
        {
            IsReadableDropped = true;
            Host?.OtherDropped();
            Writable?.OtherDropped();
        }
    }

    /// <summary>Nobody writes any more.</summary>
    public void DropWritable()
    {
        if (!IsWritableDropped)
        {
            IsWritableDropped = true;
            Host?.OtherDropped();
            Readable?.OtherDropped();
        }
    }

    private void Meet(TransmissionEnd end, TransmissionEnd other)
    {
        var (mine, theirs) = (end.Buffer!, other.Buffer!);
        if (theirs.Remaining == 0)
        {
            // It was for nothing from the start, and tells that this one is here.
            if (!end.IsReadable && mine.IsZeroLength)
            {
                end.Finish();
                return;
            }
            _pending = end;
            other.Finish();
            return;
        }
        if (mine.Remaining > 0)
        {
            if (end.Owner == other.Owner && !Element!.IsNothingOrNumber)
            {
                throw TaskTraps.Abi($"cannot read from and write to intra-component {(isFuture ? "future" : "stream")}");
            }
            if (end.IsReadable)
            {
                mine.CopyFrom(theirs);
            }
            else
            {
                theirs.CopyFrom(mine);
            }
            if (theirs.Remaining == 0)
            {
                _pending = null;
            }
            other.Finish();
        }
        end.Finish();
    }
}
