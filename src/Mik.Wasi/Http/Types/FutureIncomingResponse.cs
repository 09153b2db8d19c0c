using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource future-incoming-response</c>, an answer that is awaited. Dropping it gives up the request.</summary>
[WitResource("wasi:http/types", "future-incoming-response")]
internal sealed class FutureIncomingResponse(Task<IncomingResponse> response, CancellationTokenSource cancellation) : IDisposable
{
    private bool _isTaken;

    /// <summary><c>subscribe: func() -> pollable</c></summary>
    public Pollable Subscribe() => new(() => response.IsCompleted, () => response);

    /// <summary><c>get: func() -> option&lt;result&lt;result&lt;incoming-response, error-code&gt;&gt;&gt;</c></summary>
    public Result<Result<IncomingResponse, ErrorCode>, Unit>? Get()
    {
        if (!response.IsCompleted)
        {
            return null;
        }
        if (_isTaken)
        {
            return default(Unit);
        }
        _isTaken = true;
        return response.IsCompletedSuccessfully
            ? Result<IncomingResponse, ErrorCode>.Ok(response.Result)
            : Result<IncomingResponse, ErrorCode>.Err(ErrorCodes.FromException(response.Exception?.InnerException ?? new OperationCanceledException()));
    }

    /// <summary>The answer.</summary>
    internal Task<IncomingResponse> Response => response;

    /// <summary>Somebody has the answer.</summary>
    internal void Take() => _isTaken = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isTaken)
        {
            cancellation.Cancel();
            _ = response.ContinueWith(
                static done =>
                {
                    if (done.IsCompletedSuccessfully)
                    {
                        done.Result.Dispose();
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
