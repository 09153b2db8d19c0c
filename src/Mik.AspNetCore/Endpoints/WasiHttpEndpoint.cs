using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Components;
using Mik.AspNetCore.Configuration;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Execution;
using Mik.Wasi;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Endpoints;

/// <summary>
/// The endpoint of a component: deadline, component, guest, answer. A failure is a status without a body and an <see cref="IWasiHttpErrorFeature"/>;
/// when the response has begun it is cut.
/// </summary>
internal sealed class WasiHttpEndpoint(WasiHttpHost host, HostedComponent component, GuestTelemetry telemetry, ILoggerFactory logs)
{
    private readonly ILogger _log = logs.CreateLogger(WasiHttpDefaults.TelemetryName);
    private readonly ILogger _guestLog = logs.CreateLogger(WasiHttpDefaults.GuestCategory + component.Name);

    /// <summary>How many of the path's segments are the program's own, and not seen by the guest.</summary>
    public int SkippedSegments { get; set; }

    /// <summary>Answers a request. Throws nothing that the guest brings about; that nobody waits any more is thrown, as other endpoints do.</summary>
    public Task HandleAsync(HttpContext http) => PassAsync(http, null);

    /// <summary>The same with a middleware, which passes the request on. Throws what came from behind it, when that is why it has no response.</summary>
    public async Task PassAsync(HttpContext http, PassedPipeline? rest)
    {
        var startedAt = Stopwatch.GetTimestamp();
        using var span = GuestTelemetry.Begin(component.Name);
        using var deadline = host.Deadlines.Start(component.Options.Deadline, http.RequestAborted);
        var failure = await RunAsync(http, deadline, span, rest);
        if (rest is not null)
        {
            await rest.EndAsync(isWell: failure is null);
        }

        telemetry.Count(component.Name, startedAt, failure?.Feature.Error);
        if (failure is not { } ended)
        {
            if (rest?.Failure is { } hidden)
            {
                LogEvents.BehindFailed(_log, component.Name, hidden);
            }

            return;
        }

        span?.SetStatus(ActivityStatusCode.Error, ended.Feature.Detail);
        if (rest?.Failure is { } behind && !http.Response.HasStarted)
        {
            http.Response.Clear();
            ExceptionDispatchInfo.Throw(behind);
        }

        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = ended.Status;
        http.Features.Set<IWasiHttpErrorFeature>(ended.Feature);
        if (ended.Status == StatusCodes.Status499ClientClosedRequest && http.RequestAborted.IsCancellationRequested)
        {
            // Whoever put this token there knows whether the client went or a time-out of the program's came, and answers that.
            throw new OperationCanceledException(http.RequestAborted);
        }
    }

    private async ValueTask<(int Status, WasiHttpErrorFeature Feature)?> RunAsync(
        HttpContext http, RequestDeadline deadline, Activity? span, INextHandler? next)
    {
        HttpComponent loaded;
        try
        {
            loaded = await component.GetAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.Reason != StopReason.None)
        {
            return Stopped(deadline.Reason);
        }
        catch (Exception exception)
        {
            return (StatusCodes.Status500InternalServerError, new(WasiHttpError.NotLoaded, $"The component '{component.Name}' cannot be loaded.", exception));
        }

        var output = new GuestLog(_guestLog, component.Options.LogLimit, span ?? Activity.Current);
        var outcome = await host.Guests.InvokeAsync(http, new GuestInvocation
        {
            Handle = loaded.Handle,
            Begin = loaded.Begin,
            Pace = component.Pace,
            PathWithQuery = GuestPath.Of(http, SkippedSegments),
            Deadline = deadline,
            Limits = component.Limits,
            Encoding = host.Encoding,
            Context = new WasiHttpContext
            {
                CancellationToken = deadline.Token,
                Budget = new ResourceBudget(component.Limits.MemoryBytes),
                Environment = component.Environment,
                OutgoingHttp = component.Outgoing,
                Next = next,
                Services = http.RequestServices,
                Surroundings = output,
            },
        });
        output.End();
        if (outcome.Warning is { } warning)
        {
            LogEvents.Warned(_guestLog, warning);
        }

        return Judge(outcome);
    }

    private (int Status, WasiHttpErrorFeature Feature)? Judge(in GuestOutcome outcome)
    {
        if ((outcome.TrapAfterResponse ?? outcome.Failure) is Trap trap)
        {
            LogEvents.Trapped(_guestLog, trap.Message, TrapStack.Describe(trap));
        }

        switch (outcome.Kind)
        {
            case GuestOutcomeKind.Answered:
                return null;
            case GuestOutcomeKind.Stopped:
                return Stopped(outcome.Reason);
            case GuestOutcomeKind.MalformedBody:
                return (
                    outcome.BodyFault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest,
                    new(WasiHttpError.RequestBody, "The request's body breaks the protocol or a limit.", outcome.BodyFault));
            case GuestOutcomeKind.ErrorCode:
                var error = outcome.Error.GetValueOrDefault();
                return (error.Status, new(WasiHttpError.ErrorCode, $"The component answered with an error: {error}."));
            case GuestOutcomeKind.InvalidResponse:
                LogEvents.Invalid(_guestLog, outcome.ResponseFault!);
                return (StatusCodes.Status502BadGateway, new(WasiHttpError.InvalidResponse, "The component's response is none that can be sent."));
            default:
                return Failed(outcome.Failure);
        }
    }

    private (int, WasiHttpErrorFeature) Failed(Exception? failure)
    {
        switch (failure)
        {
            case Trap trap:
                return (StatusCodes.Status500InternalServerError, new(WasiHttpError.Trap, $"The component trapped ({trap.Kind}).", trap));
            case null or NoResponseException or IncompleteBodyException or EndlessWaitException:
                return (StatusCodes.Status502BadGateway, new(WasiHttpError.NoResponse, "The component gave no whole response.", failure));
            default:
                LogEvents.HostFailed(_log, component.Name, failure);
                return (StatusCodes.Status500InternalServerError, new(WasiHttpError.Host, "The host of the component failed.", failure));
        }
    }

    private static (int, WasiHttpErrorFeature) Stopped(StopReason reason) => reason switch
    {
        StopReason.Deadline => (StatusCodes.Status504GatewayTimeout, new(WasiHttpError.Deadline, "The component took longer than its deadline.")),
        StopReason.ServerStopped => (StatusCodes.Status503ServiceUnavailable, new(WasiHttpError.ClientGone, "The program ends.")),
        _ => (StatusCodes.Status499ClientClosedRequest, new(WasiHttpError.ClientGone, "The client went away.")),
    };
}
