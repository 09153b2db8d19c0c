using Mik.Wasm.Platform;

namespace Mik.Wasm.Execution;

/// <content>Calls from the host into guests, and what ends them: who is in the store, and the interrupt.</content>
public sealed unsafe partial class Store
{
    private readonly Lock _interruptGate = new();
    private string? _interruptReason;
    private CancellationTokenSource? _interruptSource;
    private int _enteredThread;

    /// <summary>Whether <see cref="Interrupt"/> was called.</summary>
    public bool IsInterrupted => Volatile.Read(ref _interruptReason) is not null;

    /// <summary>Whether code of a guest has run.</summary>
    internal bool HasRunCode { get; private set; }

    /// <summary>Cancelled by <see cref="Interrupt"/>: for waits of the guest.</summary>
    internal CancellationToken InterruptToken
    {
        get
        {
            lock (_interruptGate)
            {
                return IsInterrupted ? new CancellationToken(canceled: true) : (_interruptSource ??= new()).Token;
            }
        }
    }

    /// <summary>
    /// Ends the running guest, and every later call into this store, with a trap of kind
    /// <see cref="TrapKind.Interrupted"/>. May be called from any thread, at any time, more than once.
    /// </summary>
    /// <param name="reason">The trap's message; the first reason stays.</param>
    public void Interrupt(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        CancellationTokenSource? waits;
        // Disposing takes the same lock, so the state cannot be freed between the test and the writes.
        lock (_interruptGate)
        {
            if (_interruptReason is not null || _state is null)
            {
                return;
            }
            Volatile.Write(ref _interruptReason, reason);
            // Flag first: whoever sets the stack limit looks at the flag afterwards (see Enter).
            Volatile.Write(ref _state->Interrupt, 1);
            Interlocked.MemoryBarrier();
            Volatile.Write(ref _state->StackLimit, nuint.MaxValue);
            waits = _interruptSource;
        }
        waits?.Cancel();
    }

    /// <summary>Whether this thread runs the guest, or a function of the host that the guest has called.</summary>
    internal bool IsEnteredHere => Volatile.Read(ref _enteredThread) == Environment.CurrentManagedThreadId;

    internal Trap InterruptTrap(int? position = null) => new(TrapKind.Interrupted, _interruptReason) { Position = position };

    /// <summary>Calls from the host into the guest that have not returned; more than one when the guest called the host in between.</summary>
    internal int EntryDepth => _state is null ? 0 : _state->EntryDepth;

    /// <summary>Begins a call into the guest; the scope ends it.</summary>
    /// <exception cref="Trap">The store was interrupted.</exception>
    internal EntryScope Enter()
    {
        ThrowIfDisposed();
        var thread = Environment.CurrentManagedThreadId;
        if (_state->EntryDepth == 0)
        {
            if (Interlocked.CompareExchange(ref _enteredThread, thread, 0) != 0)
            {
                ThrowWrongThread();
            }
            HasRunCode = true;
            byte here;
            var limit = (nuint)(&here) - (nuint)Limits.StackBytes;
            Volatile.Write(ref _state->StackLimit, Math.Max(limit, ThreadStack.GuestLimit));
            Interlocked.MemoryBarrier();
        }
        else if (_enteredThread != thread)
        {
            ThrowWrongThread();
        }
        _state->EntryDepth++;
        if (Volatile.Read(ref _state->Interrupt) != 0)
        {
            // The write above may have come after the interrupter's.
            Volatile.Write(ref _state->StackLimit, nuint.MaxValue);
            Leave();
            throw InterruptTrap();
        }
        return new EntryScope(this);
    }

    internal void Leave()
    {
        if (--_state->EntryDepth == 0)
        {
            Volatile.Write(ref _enteredThread, 0);
        }
    }

    /// <summary>The thread that is in the store gives it away, to go on with it later by <see cref="Resume"/>.</summary>
    internal StoreEntry Suspend()
    {
        var entry = new StoreEntry(_state->EntryDepth, _enteredThread, Volatile.Read(ref _state->StackLimit));
        _state->EntryDepth = 0;
        Volatile.Write(ref _enteredThread, 0);
        return entry;
    }

    /// <summary>The thread that gave the store away has it again.</summary>
    internal void Resume(StoreEntry entry)
    {
        Volatile.Write(ref _enteredThread, entry.Thread);
        _state->EntryDepth = entry.Depth;
        Volatile.Write(ref _state->StackLimit, entry.StackLimit);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _state->Interrupt) != 0)
        {
            Volatile.Write(ref _state->StackLimit, nuint.MaxValue);
        }
    }

    private static void ThrowWrongThread() =>
        throw new InvalidOperationException("Another thread is running a guest in this store.");
}
