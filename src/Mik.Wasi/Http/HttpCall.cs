using Mik.Components.HostBinding;
using Mik.Components.Runtime;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Http.V03;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>
/// One request through an instance of a component of WASI 0.3. It is served in turns: one runs on the thread that calls <see cref="RunTurn"/> until the
/// guest waits for the host or has ended; then <see cref="Wake"/> is called when there is something to do in another.
/// </summary>
public abstract class HttpCall : ITaskCaller
{
    private ResponseTransmission? _transmission;
    private bool _hasReturned;

    private protected HttpCall(HttpExchange exchange, WasiHttpContext context) => (Exchange, Context) = (exchange, context);

    /// <summary>Called when another turn has something to do, by any thread. Set before the first turn.</summary>
    public Action? Wake { get; set; }

    /// <summary>After the last turn, what ended the guest, as <see cref="HttpComponent.Handle"/> would throw it; null when its response is whole.</summary>
    public Exception? Failure { get; private protected set; }

    /// <summary>How the handler is called.</summary>
    internal static TaskShapes Shapes { get; } = new([typeof(Request)], typeof(Result<Response, ErrorCode>));

    /// <summary>The request and its response.</summary>
    private protected HttpExchange Exchange { get; }

    /// <summary>What the guest sees of the world.</summary>
    private protected WasiHttpContext Context { get; }

    /// <summary>Runs a turn. The thread needs 2 MiB of stack more than <see cref="ExecutionLimits.StackBytes"/>.</summary>
    /// <returns>Whether the call is over. If it is not, another thread may run the next turn already.</returns>
    public abstract bool RunTurn();

    /// <inheritdoc/>
    object?[] ITaskCaller.TakeArguments() => [Request.Arrived(Context, Exchange)];

    /// <inheritdoc/>
    void ITaskCaller.Returned(object? result)
    {
        _hasReturned = true;
        var answer = (Result<Response, ErrorCode>)result!;
        if (answer.IsOk)
        {
            _transmission = new ResponseTransmission(Context, Exchange);
            _transmission.Start(answer.Value);
        }
        else
        {
            Exchange.Response.Fail(answer.Error);
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

    /// <summary>What the end of the guest means for the request.</summary>
    private protected Exception? Judge(Exception? failure) => failure switch
    {
        Trap { Kind: not TrapKind.Interrupted } trap when _transmission is { IsWhole: true } => new TrapAfterResponseException(trap),
        SharedInstanceException when _transmission is { IsWhole: true } => null,
        not null => failure,
        null when !_hasReturned => new NoResponseException(),
        null => _transmission?.Failure,
    };
}
