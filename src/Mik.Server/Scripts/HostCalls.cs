using System.Globalization;
using Microsoft.Extensions.Logging;
using Mik.Scripting.Execution;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Scripts;

/// <summary>
/// <c>host.call</c>: a request to a module that is made in this process. It is admitted as one by HTTP is, and is counted and
/// traced like one; what ends it without a response becomes a code for the script.
/// </summary>
internal sealed class HostCalls(MikServerOptions options, ModuleSet modules, IModuleEndpoint endpoint, RequestScope scope, ILogger log)
{
    /// <summary>Time that a script keeps for itself after its calls have ended: 10 % of its deadline, at least 100 ms, at most 1 s.</summary>
    public static TimeSpan Reserve(MikServerOptions options) =>
        TimeSpan.FromMilliseconds(Math.Clamp(options.ExecutionTimeout.TotalMilliseconds / 10, 100, 1000));

    /// <summary>Makes a call. Never throws.</summary>
    /// <param name="caller">The script's request.</param>
    /// <param name="script">The script.</param>
    /// <param name="call">The call.</param>
    /// <param name="callerWaits">Whether this thread does nothing but wait for it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<HandlerAnswer> RunAsync(
        RequestContext caller, ScriptState script, HandlerCall call, bool callerWaits, CancellationToken cancellationToken)
    {
        var left = options.ExecutionTimeout - caller.Spent - caller.Elapsed - Reserve(options);
        var limit = call.Timeout is { } own && own < left ? own : left;
        if (!(script.Tenant is { } tenant ? modules.TryFind(tenant, call.Handler, out var module) : modules.TryFind(call.Handler, out module))
            || module.Config.IsMiddleware)
        {
            var nearest = script.Tenant is null && options.TellsNearestNames
                ? options.NearestName?.Invoke(call.Handler, modules.OfPlatform.Select(known => known.Config.Name)) : null;
            return HandlerAnswer.Failure(
                HostCallCodes.ModuleNotFound, $"there is no handler '{call.Handler}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
        }

        if (limit <= TimeSpan.Zero)
        {
            return HandlerAnswer.Failure(HostCallCodes.Timeout, $"no time is left to call '{call.Handler}'");
        }

        if (InProcessRequest.Create(caller.Http.Request, call, options.MaxBodyBytes, cancellationToken, out var refusal) is not { } http)
        {
            return HandlerAnswer.Failure(HostCallCodes.HandlerError, refusal);
        }

        var request = scope.BeginCall(http.Context, caller, module.Config.Name, limit);
        request.WaitingThread = callerWaits ? Thread.CurrentThread : null;
        Events.HandlerCallStarts(log, call.Handler, call.Method, http.PathWithQuery, call.Number, script.Name, request.Id);
        Problem? problem;
        try
        {
            var handling = endpoint.EnterAsync(request, module, http.PathWithQuery);

            // What goes on after this is not on the caller's thread, which may do other things by then.
            request.WaitingThread = null;
            problem = handling.IsCompleted ? await handling : await http.FirstAsync(handling.AsTask());
            if (problem is null)
            {
                await http.Context.Response.BodyWriter.FlushAsync(CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            problem = scope.Describe(request, exception);
        }

        scope.End(request, problem);
        var answer = Answer(http, call, problem);
        Events.HandlerCalled(
            log, call.Handler, call.Method, http.PathWithQuery, answer.Code ?? answer.Status.ToString(CultureInfo.InvariantCulture),
            request.Elapsed.TotalMilliseconds, call.Number, script.Name, request.Id);
        return answer;
    }

    private HandlerAnswer Answer(InProcessRequest http, HandlerCall call, Problem? problem)
    {
        if (http.IsResponseTooLarge)
        {
            return HandlerAnswer.Failure(
                HostCallCodes.HandlerError,
                string.Create(CultureInfo.InvariantCulture, $"the response of '{call.Handler}' is above the limit of {options.MaxBodyBytes} bytes"));
        }

        if (problem is null && call.Share is { } share
            && !share.TryCharge(http.Context.Response.Headers.Sum(header => 256L + (4L * header.Value.Sum(value => value?.Length ?? 0)))))
        {
            return HandlerAnswer.Failure(HostCallCodes.HandlerError, "the script's request has no room for the response");
        }

        return problem is { } failure
            ? HandlerAnswer.Failure(ProblemTable.Row(failure.Kind).HostCallCode, $"'{call.Handler}': {failure.Detail}")
            : HandlerAnswer.Response(http.Context.Response.StatusCode, http.ResponseHeaders(), http.ResponseBody);
    }
}
