using Microsoft.AspNetCore.Http;
using Mik.AspNetCore.Fields;
using Mik.AspNetCore.Passing;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;

namespace Mik.AspNetCore.Endpoints;

/// <summary>
/// What stands behind a middleware component: the rest of the program's pipeline. Each request that is passed on runs through it with a context of its own,
/// which has the user, the services, the items and the endpoint of the request that came.
/// </summary>
/// <param name="http">The request that came.</param>
/// <param name="rest">The rest of the pipeline.</param>
/// <param name="encoding">How the values of fields are bytes.</param>
internal sealed class PassedPipeline(HttpContext http, RequestDelegate rest, FieldEncoding encoding) : INextHandler
{
    private readonly Lock _gate = new();
    private readonly List<(PassedExchange Exchange, Task End)> _passed = [];

    // Log scopes, culture and whatever else flows with the request; the guest's thread has nothing of it.
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private Exception? _failure;

    /// <summary>The first exception that came out of the rest of the pipeline; null when there was none.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <inheritdoc/>
    public Task<NextAnswer> HandleAsync(NextRequest request, CancellationToken cancellationToken)
    {
        if (!request.PathWithQuery.StartsWith('/'))
        {
            return Task.FromResult(new NextAnswer { Error = ErrorCode.Of("HTTP-request-URI-invalid") });
        }

        var exchange = new PassedExchange(http.Features, request, encoding, cancellationToken);
        PassedFeatures.Settle(exchange.Http, http, request);
        lock (_gate)
        {
            // What has ended is not kept; nor is it disposed, for its response may still be read.
            _passed.RemoveAll(static one => one.End.IsCompleted);
            _passed.Add((exchange, Task.Run(() => StartAsync(exchange), CancellationToken.None)));
        }

        return exchange.Answer;
    }

    /// <summary>The middleware has ended: waits for what is behind it.</summary>
    /// <param name="isWell">Whether it ended with a whole response; else nobody needs what is behind it any more.</param>
    public async Task EndAsync(bool isWell)
    {
        (PassedExchange Exchange, Task End)[] passed;
        lock (_gate)
        {
            passed = [.. _passed];
        }

        if (isWell && passed.Any(static one => !one.End.IsCompleted))
        {
            // The client need not wait for an endpoint that works on behind its response.
            await http.Response.CompleteAsync();
        }

        foreach (var (exchange, end) in passed)
        {
            if (!isWell)
            {
                exchange.Abort();
            }

            await end;
            exchange.Dispose();
        }
    }

    private Task StartAsync(PassedExchange exchange)
    {
        if (_flow is null)
        {
            return RunAsync(exchange);
        }

        var run = Task.CompletedTask;
        ExecutionContext.Run(_flow, _ => run = RunAsync(exchange), null);
        return run;
    }

    private async Task RunAsync(PassedExchange exchange)
    {
        try
        {
            await rest(exchange.Http);
            await exchange.CompleteAsync();
        }
        catch (Exception exception)
        {
            if (!exchange.Http.RequestAborted.IsCancellationRequested)
            {
                Interlocked.CompareExchange(ref _failure, exception, null);
            }

            if (exchange.Http.Response.HasStarted)
            {
                exchange.Cut();
            }
            else
            {
                exchange.Fail(ErrorCode.Of("internal-error", "what stands behind the middleware failed"));
            }
        }
    }
}
