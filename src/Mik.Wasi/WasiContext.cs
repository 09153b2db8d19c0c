using System.Diagnostics;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;

namespace Mik.Wasi;

/// <summary>What one guest sees of the world, as far as every part of WASI may ask for it: one per request.</summary>
public class WasiContext : IGuestWaits
{
    private List<IUnsentBytes>? _requestStreams;
    private RandomRoom? _randomRoom;
    private OutgoingShare? _outgoing;
    private int _nextRequests;
    private ResourceBudget? _budget;
    private GuestLines? _output;
    private GuestLines? _errors;
    private CancellationToken _cancellationToken;

    /// <summary>Ends every wait of the guest: deadline, client gone, shutdown.</summary>
    public CancellationToken CancellationToken
    {
        get => _cancellationToken;
        init => _cancellationToken = value;
    }

    /// <summary>The environment variables that the guest sees; nothing of the host's own leaks.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>The arguments that the guest sees.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The clocks.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Services of the program that the guest is part of, for host functions of that program's own.</summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>Where the guest's lines go and what its outgoing requests carry.</summary>
    public IGuestSurroundings? Surroundings { get; init; }

    /// <summary>Headers added to each outgoing request that does not set them, such as <c>traceparent</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PropagatedHeaders => Surroundings?.PropagatedHeaders ?? [];

    /// <summary>What the request may use, in the guest and here for it. Left out, it is what the limits say that the guest runs with.</summary>
    public ResourceBudget Budget
    {
        get => _budget ??= new ResourceBudget(new ExecutionLimits().MemoryBytes);
        init => _budget = value;
    }

    /// <summary>The lines of its standard output or error.</summary>
    internal GuestLines LinesOf(bool isError) => isError ? _errors ??= new(Surroundings, isError: true) : _output ??= new(Surroundings, isError: false);

    /// <summary>The request whose code runs, where several share the guest.</summary>
    internal WasiContext Current => Tasks?.HostContext as WasiContext ?? this;

    /// <summary>The span of the request, and whether others' code may run on the thread, so that it is not the thread's.</summary>
    internal (bool IsOwn, Activity? Span) Trace { get; private set; }

    /// <summary>Others share the guest: what the host does ends with the request, which may be before the guest.</summary>
    internal void Share(IHostWork work, Activity? span, CancellationToken end)
    {
        (Tasks, Trace) = (work, (true, span));
        EndWith(end);
    }

    /// <summary>What the host does for the guest ends with another token.</summary>
    internal void EndWith(CancellationToken token) => _cancellationToken = token;

    /// <summary>The response's body, of which what is there is sent before the guest is put to wait.</summary>
    internal IUnsentBytes? ResponseStream { get; set; }

    /// <summary>Bodies of requests on their way, of which the same holds.</summary>
    internal List<IUnsentBytes> RequestStreams => _requestStreams ??= [];

    /// <summary>Where large random lists are made.</summary>
    internal RandomRoom RandomRoom => _randomRoom ??= new RandomRoom(Budget);

    /// <summary>The method of the request that the guest answers.</summary>
    internal string RequestMethod { get; set; } = "";

    /// <summary>In what way the body of a response has not the length that it declares, once that is known.</summary>
    internal string? LengthFault { get; set; }

    /// <summary>Runs the tasks of the guest of 0.3 that this is for.</summary>
    internal IHostWork Tasks { get; set; } = null!;

    /// <summary>Sends what is there of all bodies: a guest that waits wants its bytes to be on their way.</summary>
    internal void Send()
    {
        ResponseStream?.Send();
        if (_requestStreams is not null)
        {
            foreach (var stream in _requestStreams)
            {
                stream.Send();
            }
        }
    }

    /// <summary>Sets the budget that was left out.</summary>
    internal void LimitTo(ExecutionLimits limits) => _budget ??= new ResourceBudget(limits.MemoryBytes);

    /// <summary>The guest has ended: nothing is counted any more, and unfinished lines are given out.</summary>
    internal void End()
    {
        Budget.End();
        EndLines();
    }

    /// <summary>Gives out unfinished lines.</summary>
    internal void EndLines()
    {
        _output?.End();
        _errors?.End();
    }

    /// <summary>What the guest has under way to other servers.</summary>
    internal OutgoingShare Outgoing => _outgoing ??= new OutgoingShare();

    /// <summary>Counts a request that is passed on; false when there are too many.</summary>
    internal bool TryBeginNext()
    {
        if (Interlocked.Increment(ref _nextRequests) <= WasiLimits.NextRequests)
        {
            return true;
        }
        EndNext();
        return false;
    }

    /// <summary>A request that was passed on has its answer.</summary>
    internal void EndNext() => Interlocked.Decrement(ref _nextRequests);

    /// <inheritdoc/>
    void IGuestWaits.BeginWait()
    {
        Send();
        Surroundings?.BeginWait();
    }

    /// <inheritdoc/>
    void IGuestWaits.EndWait() => Surroundings?.EndWait();

    /// <summary>Waits for a task on the guest's thread.</summary>
    /// <exception cref="Trap">The token ended the wait.</exception>
    internal void Wait(Task task)
    {
        // The token is asked even then: a timer that it ended is complete as well, and whoever waits for the time would ask again for ever.
        if (task.IsCompleted && !CancellationToken.IsCancellationRequested)
        {
            return;
        }
        WaitAny([task]);
    }

    /// <summary>Waits for the first of several tasks on the guest's thread.</summary>
    /// <exception cref="Trap">The token ended the wait.</exception>
    /// <exception cref="EndlessWaitException">Nobody can end the wait.</exception>
    internal void WaitAny(Task[] tasks)
    {
        if (Array.TrueForAll(tasks, static task => task.AsyncState is EndlessWait))
        {
            throw new EndlessWaitException(((EndlessWait)tasks[0].AsyncState!).Reason);
        }
        Send();
        Surroundings?.BeginWait();
        try
        {
            Task.WaitAny(tasks, CancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new Trap(TrapKind.Interrupted, "interrupted while waiting");
        }
        finally
        {
            Surroundings?.EndWait();
        }
    }
}
