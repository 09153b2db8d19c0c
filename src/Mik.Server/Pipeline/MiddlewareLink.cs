using Microsoft.AspNetCore.Http;
using Mik.AspNetCore.Fields;
using Mik.AspNetCore.Passing;
using Mik.Server.Limits;
using Mik.Server.Observability.Tracing;
using Mik.Server.Problems;
using Mik.Server.Requests;
using Mik.Wasi.Http;

namespace Mik.Server.Pipeline;

/// <summary>
/// What stands behind one middleware at work: the next one, or the handler. A failure behind it is a response to it, as the client would get it.
/// </summary>
internal sealed class MiddlewareLink(
    MiddlewareChain chain, RequestContext request, IReadOnlyList<string> names, ChainTarget target, RequestScope scope) : INextHandler
{
    private readonly Lock _gate = new();
    private readonly List<(PassedExchange Exchange, Task<Problem?> End)> _passed = [];
    private Problem? _failure;

    /// <inheritdoc/>
    public Task<NextAnswer> HandleAsync(NextRequest next, CancellationToken cancellationToken)
    {
        var exchange = new PassedExchange(null, next, FieldEncoding.Latin1, cancellationToken);
        lock (_gate)
        {
            // A middleware may pass on again and again. What has ended is not kept; nor is it disposed, for its response may still be read.
            _passed.RemoveAll(one => one.End.IsCompletedSuccessfully && Note(one.End.Result));
            _passed.Add((exchange, RunAsync(exchange, next.PathWithQuery)));
        }

        return exchange.Answer;
    }

    /// <summary>The middleware has ended: waits for what is behind it, whose failure it gives.</summary>
    /// <param name="isWell">Whether it ended with a whole response; else nobody needs what is behind it any more.</param>
    public async Task<Problem?> EndAsync(bool isWell)
    {
        (PassedExchange Exchange, Task<Problem?> End)[] passed;
        lock (_gate)
        {
            passed = [.. _passed];
        }

        if (isWell && passed.Any(one => !one.End.IsCompleted))
        {
            // The client need not wait for a handler that works on behind its response.
            await request.Http.Response.CompleteAsync();
        }

        foreach (var (exchange, end) in passed)
        {
            if (!isWell)
            {
                exchange.Abort();
            }

            Note(await end);
            exchange.Dispose();
        }

        return _failure;
    }

    private bool Note(Problem? end)
    {
        if (end is { Outcome: HandlerOutcome.Failure })
        {
            _failure = end;
        }

        return true;
    }

    private async Task<Problem?> RunAsync(PassedExchange exchange, string pathWithQuery)
    {
        // Not on top of the middleware's own turn.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Problem? problem = null;
        var error = default(Wasi.Http.Types.ErrorCode?);
        try
        {
            problem = await chain.PassAsync(request, exchange.Http, names, pathWithQuery, target with { End = EndAsync });
        }
        catch (Exception exception)
        {
            problem = scope.Describe(request, exception);
        }

        await AnswerAsync(exchange, problem, error);
        return problem;

        async ValueTask<Problem?> EndAsync(RequestContext part, string path)
        {
            var failure = await target.End(part, path);
            error = part.Error;
            return failure;
        }
    }

    private async Task AnswerAsync(PassedExchange exchange, Problem? problem, Wasi.Http.Types.ErrorCode? error)
    {
        try
        {
            if (problem is not { } failure)
            {
                await exchange.CompleteAsync();
            }
            else if (exchange.Http.Response.HasStarted)
            {
                exchange.Cut();
            }
            else if (error is { } code)
            {
                exchange.Fail(code);
            }
            else
            {
                exchange.Http.Response.Clear();
                await ProblemResponse.WriteAsync(exchange.Http, failure, request.Id);
                await exchange.CompleteAsync();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The middleware has gone.
            exchange.Cut();
        }
    }
}
