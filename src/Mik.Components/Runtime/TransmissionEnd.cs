namespace Mik.Components.Runtime;

/// <summary>How a copy ended, in the numbers that core code gets.</summary>
internal enum CopyResult
{
    /// <summary>It was done.</summary>
    Completed = 0,
    /// <summary>The other end is gone.</summary>
    Dropped = 1,
    /// <summary>It was cancelled.</summary>
    Cancelled = 2,
}

/// <summary>One end of a stream or future in a guest's table (CanonicalABI.md, "CopyEnd"). How a copy ended is decided when the guest is told.</summary>
internal sealed class TransmissionEnd : Waitable, IDisposable
{
    private bool _isFinished;
    private bool _isCancelled;

    /// <summary>An end.</summary>
    /// <param name="transmission">What it is an end of.</param>
    /// <param name="isReadable">Which of the two.</param>
    /// <param name="owner">Whose it is.</param>
    public TransmissionEnd(Transmission transmission, bool isReadable, InstanceScope owner)
    {
        Transmission = transmission;
        IsReadable = isReadable;
        Owner = owner;
        if (isReadable)
        {
            transmission.Readable = this;
        }
        else
        {
            transmission.Writable = this;
        }
    }

    /// <summary>What it is an end of.</summary>
    public Transmission Transmission { get; }

    /// <summary>Whether it reads.</summary>
    public bool IsReadable { get; }

    /// <summary>The instance that has it.</summary>
    public InstanceScope Owner { get; set; }

    /// <summary>What is copied, while something is.</summary>
    public GuestBuffer? Buffer { get; private set; }

    /// <summary>Whether the guest knows that no more can come or go.</summary>
    public bool IsDone { get; private set; }

    /// <inheritdoc/>
    public override bool HasEvent => Buffer is not null
        ? _isFinished || _isCancelled || IsOtherDropped
        : !IsDone && IsOtherDropped;

    /// <summary>The kind of entry that it is in a table.</summary>
    public RuntimeResource Kind => KindOf(IsFuture, IsReadable);

    private bool IsFuture => Transmission.IsFuture;

    // A value that was given is there for whoever reads it, and who gave it is done.
    private bool IsOtherDropped => Transmission.IsOtherDropped(this) && !(IsFuture && IsReadable);

    private string What => IsFuture ? "future" : "stream";

    /// <summary>The kind of entry that an end is in a table.</summary>
    public static RuntimeResource KindOf(bool isFuture, bool isReadable) => isFuture
        ? isReadable ? TableKind.ReadableFuture : TableKind.WritableFuture
        : isReadable ? TableKind.ReadableStream : TableKind.WritableStream;

    /// <summary>Whether a copy may begin.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">There is one under way, or there can be none any more.</exception>
    public void CheckBegin(bool isAsync)
    {
        if (Buffer is not null)
        {
            throw TaskTraps.Abi("cannot have concurrent operations active on a future/stream");
        }
        if (IsDone)
        {
            throw TaskTraps.Abi((IsFuture, IsReadable) switch
            {
                (false, true) => "cannot read from stream after being notified that the writable end dropped",
                (false, false) => "cannot write to stream after being notified that the readable end dropped",
                (true, true) => "cannot read from future after previous read succeeded",
                _ => "cannot write to future after previous write succeeded or readable end dropped",
            });
        }
        if (!isAsync)
        {
            CheckSyncUse();
        }
    }

    /// <summary>Begins a copy that may begin; the event's payload if it has ended already, or null.</summary>
    public int? Begin(GuestBuffer buffer)
    {
        Buffer = buffer;
        (_isFinished, _isCancelled) = (false, false);
        Transmission.Begin(this);
        return HasEvent ? TakeEvent().Payload : null;
    }

    /// <summary>The copy is done, as far as it goes.</summary>
    public void Finish()
    {
        _isFinished = true;
        Notify();
    }

    /// <summary>Takes the buffer back; the payload of the event that would have come.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">Nothing is copied.</exception>
    public int Cancel(bool isAsync)
    {
        if (Buffer is null || _isCancelled)
        {
            throw TaskTraps.Abi($"cannot cancel a {What} operation: there is none under way");
        }
        if (!isAsync)
        {
            CheckSyncUse();
        }
        _isCancelled = true;
        if (Transmission.Pending == this)
        {
            Transmission.Forget(this);
            Transmission.Host?.Cancelled();
        }
        return TakeEvent().Payload;
    }

    /// <summary>The guest drops it.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">It may not.</exception>
    public void Drop()
    {
        if (Buffer is not null)
        {
            throw TaskTraps.Abi($"cannot drop busy {What}");
        }
        if (IsFuture && !IsReadable && !IsDone)
        {
            throw TaskTraps.Abi("cannot drop future write end without first writing a value");
        }
        LetGo();
    }

    /// <summary>It leaves its table to go to somebody else.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">It may not.</exception>
    public void CheckTransfer()
    {
        if (Buffer is not null)
        {
            throw TaskTraps.Abi($"cannot remove busy {What}");
        }
        if (IsDone)
        {
            throw TaskTraps.Abi(IsFuture
                ? "cannot lift future after previous read succeeded"
                : "cannot lift stream after being notified that the writable end dropped");
        }
        if (Set is not null)
        {
            throw TaskTraps.Abi($"cannot lift {What} while it's in a waitable set");
        }
    }

    /// <summary>The other end is gone.</summary>
    public void OtherDropped() => Notify();

    /// <inheritdoc/>
    /// <remarks>The instance ends.</remarks>
    public void Dispose()
    {
        if (Buffer is not null)
        {
            Transmission.Forget(this);
            Buffer = null;
            Transmission.Host?.Cancelled();
        }
        LetGo();
    }

    /// <inheritdoc/>
    protected override WaitableEvent Deliver()
    {
        var code = (IsFuture, IsReadable) switch
        {
            (false, true) => EventCode.StreamRead,
            (false, false) => EventCode.StreamWrite,
            (true, true) => EventCode.FutureRead,
            _ => EventCode.FutureWrite,
        };
        if (Buffer is not { } buffer)
        {
            IsDone = true;
            return new WaitableEvent(code, Index, (int)CopyResult.Dropped);
        }
        Transmission.Forget(this);
        Buffer = null;
        if (IsFuture)
        {
            var ended = buffer.Progress > 0 ? CopyResult.Completed : IsOtherDropped ? CopyResult.Dropped : CopyResult.Cancelled;
            IsDone = ended != CopyResult.Cancelled;
            return new WaitableEvent(code, Index, (int)ended);
        }
        var result = IsOtherDropped ? CopyResult.Dropped : _isCancelled ? CopyResult.Cancelled : CopyResult.Completed;
        IsDone = result == CopyResult.Dropped;
        return new WaitableEvent(code, Index, (int)result | (buffer.Progress << 4));
    }

    private void LetGo()
    {
        Join(null);
        if (IsReadable)
        {
            Transmission.Readable = null;
            Transmission.DropReadable();
        }
        else
        {
            Transmission.Writable = null;
            Transmission.DropWritable();
        }
    }
}
