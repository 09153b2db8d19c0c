using System.Globalization;
using Microsoft.Extensions.Logging;
using Mik.Scripting.Execution;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
using Mik.Server.Pipeline;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Scripts;

/// <summary>
/// <c>host.call</c>: a request to a module that is made in this process. It goes through the same door as one by HTTP, and is counted and
/// traced like one; what ends it without a response becomes a code for the script.
/// </summary>
internal sealed class HostCalls(MikServerOptions options, ModuleSet modules, ModuleEndpoint endpoint, ServerMetrics metrics, ILogger log)
{
    /// <summary>Time that a script keeps for itself after its calls have ended: 10 % of its deadline, at least 100 ms, at most 1 s.</summary>
    private readonly TimeSpan _reserve = TimeSpan.FromMilliseconds(Math.Clamp(options.ExecutionTimeout.TotalMilliseconds / 10, 100, 1000));

    /// <summary>Makes a call. Never throws.</summary>
    public async Task<HandlerAnswer> RunAsync(RequestContext caller, string script, HandlerCall call, CancellationToken cancellationToken)
    {
        var left = options.ExecutionTimeout - caller.Elapsed - _reserve;
        var limit = call.Timeout is { } own && own < left ? own : left;
        if (!modules.TryFind(call.Handler, out var module))
        {
            return HandlerAnswer.Failure("MODULE_NOT_FOUND", $"there is no handler '{call.Handler}'");
        }

        if (limit <= TimeSpan.Zero)
        {
            return HandlerAnswer.Failure("TIMEOUT", $"no time is left to call '{call.Handler}'");
        }

        if (InProcessRequest.Create(caller.Http.Request, call, options.MaxBodyBytes, cancellationToken, out var refusal) is not { } http)
        {
            return HandlerAnswer.Failure("HANDLER_ERROR", refusal);
        }

        var request = new RequestContext(http.Context, caller, limit) { Module = module };
        Events.HandlerCallStarts(log, call.Handler, call.Method, http.PathWithQuery, call.Number, script, request.Id);
        metrics.RequestStarted();
        Problem? problem;
        try
        {
            problem = await endpoint.EnterAsync(request, module, http.PathWithQuery);
            if (problem is null)
            {
                await http.Context.Response.BodyWriter.FlushAsync(CancellationToken.None);
            }
        }
        catch (Exception exception) when (Shortage.Is(exception))
        {
            problem = Shortage.Problem;
        }
        catch (Exception exception)
        {
            Events.ServerFault(log, request.Id, exception);
            problem = new Problem(ProblemKind.InternalError, "The server failed.");
        }

        Spans.EndRequest(request, problem);
        metrics.RequestEnded(request.Route, request.HandlerName, http.Context.Response.StatusCode, problem, request.Elapsed);
        var answer = Answer(http, call, problem);
        Events.HandlerCalled(
            log, call.Handler, call.Method, http.PathWithQuery, answer.Code ?? answer.Status.ToString(CultureInfo.InvariantCulture), request.Elapsed.TotalMilliseconds, call.Number, script, request.Id);
        return answer;
    }

    private HandlerAnswer Answer(InProcessRequest http, HandlerCall call, Problem? problem)
    {
        if (http.IsResponseTooLarge)
        {
            return HandlerAnswer.Failure("HANDLER_ERROR", string.Create(CultureInfo.InvariantCulture, $"the response of '{call.Handler}' is above the limit of {options.MaxBodyBytes} bytes"));
        }

        if (problem is null && call.Share is { } share && !share.TryCharge(http.Context.Response.Headers.Sum(header => 256L + (4L * header.Value.Sum(value => value?.Length ?? 0)))))
        {
            return HandlerAnswer.Failure("HANDLER_ERROR", "the script's request has no room for the response");
        }

        return problem is { } failure
            ? HandlerAnswer.Failure(CodeOf(failure.Kind), $"'{call.Handler}': {failure.Detail}")
            : HandlerAnswer.Response(http.Context.Response.StatusCode, http.ResponseHeaders(), http.ResponseBody);
    }

    private static string CodeOf(ProblemKind kind) => ProblemTable.Row(kind).Slug switch
    {
        "rate-limited" or "overloaded" => "RATE_LIMITED",
        "circuit-open" => "CIRCUIT_OPEN",
        "timeout" => "TIMEOUT",
        "module-not-found" => "MODULE_NOT_FOUND",
        _ => "HANDLER_ERROR",
    };
}
