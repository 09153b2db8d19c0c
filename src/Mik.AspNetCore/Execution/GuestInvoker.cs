using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.AspNetCore.Bodies;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Fields;
using Mik.AspNetCore.Threads;
using Mik.Wasi.Http;

namespace Mik.AspNetCore.Execution;

/// <summary>Takes a request of ASP.NET Core through a guest: request in, response out, and how it ended.</summary>
internal sealed class GuestInvoker(GuestScheduler scheduler)
{
    /// <summary>Runs the guest, here or on a guest thread while this task waits. Never throws for what the guest or the client does.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GuestOutcome> InvokeAsync(HttpContext http, GuestInvocation call)
    {
        var response = new ResponseReceiver(http, call.Stamp, call.Deadline, call.IsCalled, call.Encoding);
        var body = HasNoBody(http) ? null : new RequestBody(http.Request.BodyReader, call.MaxBodyBytes, call.Deadline, call.Wait);
        response.RequestBody = body;
        var exchange = Describe(http, call, body, response);
        var failure = await new GuestRun(call, exchange).StartOn(scheduler);
        var isClientSlow = body is { IsAwaited: true } || response.IsBlocked;
        if (body is not null)
        {
            await body.ReleaseAsync();
        }

        var after = failure as TrapAfterResponseException;
        var outcome = response.EndedWhileGuestRan() is { } ended
            ? await EndAsync(call.Deadline, response, ended) with { HasOverrun = call.Deadline.Reason == StopReason.Deadline }
            : (after is null && failure is not null) || !response.IsStarted ? Judge(call.Deadline, response, body, after is null ? failure : null, isClientSlow)
            : response.Fault is { } fault ? new GuestOutcome(GuestOutcomeKind.InvalidResponse) { ResponseFault = fault }
            : await EndAsync(call.Deadline, response, response.EndAsync(call.Deadline.Token));
        return after is null && response.Warning is null ? outcome : outcome with { TrapAfterResponse = after?.Trap, Warning = response.Warning };
    }

    private static bool HasNoBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

    private static HttpExchange Describe(HttpContext http, GuestInvocation call, RequestBody? body, ResponseReceiver response) => new()
    {
        Method = http.Request.Method,
        Scheme = http.Request.Scheme,
        Authority = http.Request.Host.Value,
        PathWithQuery = call.PathWithQuery,
        RequestHeaders = new GuestFields(http.Request.Headers, call.Encoding),
        RequestBody = (PipeReader?)body ?? NoRequestBody.Instance,
        MayHaveRequestBody = body is not null,
        RequestTrailers = body is null ? null : TrailersOf(http, call.Encoding),
        Response = response,
    };

    private static Func<IReadOnlyList<KeyValuePair<string, byte[]>>> TrailersOf(HttpContext http, FieldEncoding encoding) => () =>
        http.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } trailers && FieldRules.AreLegal(trailers.Trailers)
            ? new GuestFields(trailers.Trailers, encoding)
            : [];

    private static async ValueTask<GuestOutcome> EndAsync(RequestDeadline deadline, ResponseReceiver response, Task ended)
    {
        try
        {
            await ended;
            return new GuestOutcome(GuestOutcomeKind.Answered);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return response.IsDelivered
                ? new GuestOutcome(GuestOutcomeKind.Answered)
                : new GuestOutcome(GuestOutcomeKind.Stopped) { Reason = deadline.Reason == StopReason.None ? StopReason.ClientGone : deadline.Reason };
        }
    }

    private static GuestOutcome Judge(RequestDeadline deadline, ResponseReceiver response, RequestBody? body, Exception? failure, bool isClientSlow)
    {
        if (deadline.Reason is StopReason.ClientGone or StopReason.Deadline && response.IsDelivered)
        {
            return new GuestOutcome(GuestOutcomeKind.Answered) { HasOverrun = deadline.Reason == StopReason.Deadline };
        }

        if (deadline.Reason == StopReason.ResponseBroken)
        {
            failure = response.BrokenBy;
        }
        else if (deadline.Reason != StopReason.None)
        {
            return new GuestOutcome(GuestOutcomeKind.Stopped) { Reason = deadline.Reason, HasGuestToBlame = !isClientSlow };
        }

        if ((failure is not null || response.Error is not null) && body?.Fault is { } fault)
        {
            // A guest that breaks down over a body that its client broke off, or answers with that error, has not failed.
            return BodyFaults.IsCutOff(fault)
                ? new GuestOutcome(GuestOutcomeKind.Stopped) { Reason = StopReason.ClientGone }
                : new GuestOutcome(GuestOutcomeKind.MalformedBody) { BodyFault = fault };
        }

        return failure switch
        {
            null when response.Error is { } error => new GuestOutcome(GuestOutcomeKind.ErrorCode) { Error = error },
            InvalidResponseException => new GuestOutcome(GuestOutcomeKind.InvalidResponse) { ResponseFault = failure.Message },
            _ => new GuestOutcome(GuestOutcomeKind.Failed) { Failure = failure },
        };
    }
}
