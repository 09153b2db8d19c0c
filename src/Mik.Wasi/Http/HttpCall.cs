using System.Diagnostics;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Runtime;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Http.V03;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>
/// One request through a fresh instance of a component of WASI 0.3. It is served in turns: one runs on the thread that calls <see cref="RunTurn"/> until the
/// guest waits for the host or has ended; then <see cref="Wake"/> is called when there is something to do in another.
/// </summary>
public sealed class HttpCall : ITaskCaller
{
    private readonly AsyncExport _handle;
    private readonly HttpComponent _component;
    private readonly ExecutionLimits _limits;
    private readonly HttpExchange _exchange;
    private readonly WasiContext _context;
    private InstancePool? _rentedFrom;
    private ComponentInstance? _instance;
    private ResponseTransmission? _transmission;
    private bool _hasReturned;
    private bool _hasStarted;
    private long _readyAt;

    internal HttpCall(HttpComponent component, AsyncExport handle, ExecutionLimits limits, HttpExchange exchange, WasiContext context)
    {
        _component = component;
        _handle = handle;
        _limits = limits;
        _exchange = exchange;
        _context = context;
    }

    /// <summary>Called when another turn has something to do, by any thread. Set before the first turn.</summary>
    public Action? Wake { get; set; }

    /// <summary>After the last turn, what ended the guest, as <see cref="HttpComponent.Handle"/> would throw it; null when its response is whole.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>How the handler is called.</summary>
    internal static TaskShapes Shapes { get; } = new([typeof(Request)], typeof(Result<Response, ErrorCode>));

    /// <summary>Runs a turn. The thread needs 2 MiB of stack more than <see cref="ExecutionLimits.StackBytes"/>.</summary>
    /// <returns>Whether the call is over. If it is not, another thread may run the next turn already.</returns>
    public bool RunTurn()
    {
        try
        {
            if (!_hasStarted)
            {
                Start();
            }
            switch (_instance!.Loop.RunTurn())
            {
                case TurnEnd.Idle:
                    return false;
                case TurnEnd.More:
                    Wake!();
                    return false;
            }
            End(null);
        }
        catch (Exception exception)
        {
            End(exception);
        }
        return true;
    }

    /// <inheritdoc/>
    object?[] ITaskCaller.TakeArguments() => [Request.Arrived(_context, _exchange)];

    /// <inheritdoc/>
    void ITaskCaller.Returned(object? result)
    {
        _hasReturned = true;
        var answer = (Result<Response, ErrorCode>)result!;
        if (answer.IsOk)
        {
            _transmission = new ResponseTransmission(_context, _exchange);
            _transmission.Start(answer.Value);
        }
        else
        {
            _exchange.Response.Fail(answer.Error);
        }
    }

    /// <inheritdoc/>
    void ITaskCaller.Cancelled()
    {
    }

    /// <summary>Runs all turns on this thread, waiting in between.</summary>
    internal void RunToEnd()
    {
        using var woken = new SemaphoreSlim(0);
        Wake = () => woken.Release();
        while (!RunTurn())
        {
            woken.Wait(CancellationToken.None);
        }
        if (Failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Start()
    {
        _hasStarted = true;
        var startedAt = Stopwatch.GetTimestamp();
        _rentedFrom = _component.PoolFor(_limits, _context);
        _instance = _rentedFrom.Rent(_context, _context.Budget, _context.CancellationToken);
        _readyAt = Stopwatch.GetTimestamp();
        _context.Observer?.Instantiated(Stopwatch.GetElapsedTime(startedAt, _readyAt));
        var loop = _instance.Loop;
        _context.Tasks = loop;
        loop.Wake = Wake;
        loop.BeforeIdle = _context.Send;
        _handle.Start(_instance, this);
    }

    private void End(Exception? failure)
    {
        try
        {
            Failure = Judge(failure);
            Release();
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
        finally
        {
            _context.Budget.End();
            _context.StandardOutputStream?.End();
            _context.StandardErrorStream?.End();
        }
    }

    private Exception? Judge(Exception? failure) => failure switch
    {
        Trap { Kind: not TrapKind.Interrupted } trap when _transmission is { IsWhole: true } => new TrapAfterResponseException(trap),
        not null => failure,
        null when !_hasReturned => new NoResponseException(),
        null => _transmission?.Failure,
    };

    private void Release()
    {
        if (_instance is not { } instance)
        {
            return;
        }
        var endedAt = Stopwatch.GetTimestamp();
        var memoryBytes = instance.MemoryBytes;
        var hostTime = instance.HostTime;
        try
        {
            _rentedFrom!.Return(instance);
        }
        finally
        {
            if (hostTime > TimeSpan.Zero)
            {
                _context.Observer?.CalledHost(hostTime);
            }
            _context.Observer?.Released(Stopwatch.GetElapsedTime(_readyAt, endedAt), Stopwatch.GetElapsedTime(endedAt), memoryBytes);
        }
    }
}
