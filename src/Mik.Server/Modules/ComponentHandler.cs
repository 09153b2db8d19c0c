using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Bodies;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Execution;
using Mik.AspNetCore.Fields;
using Mik.AspNetCore.Threads;
using Mik.Server.Limits;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
using Mik.Server.Pipeline;
using Mik.Server.Problems;
using Mik.Server.Requests;
using Mik.Wasi;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Egress;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Server.Modules;

/// <summary>
/// Runs a request through a guest. The story, whose numbers the code repeats:
/// <list type="number">
/// <item>Refuse a body that is announced as too large.</item>
/// <item>Start the one deadline of the request. It covers everything below and also fires when the client goes away.</item>
/// <item>Get the module, loading it if this is the first request for it.</item>
/// <item>Describe the request as the guest shall see it.</item>
/// <item>Run the guest, here or on a guest thread while this task waits: fresh instance, request body in, response out through
/// <see cref="ResponseReceiver"/>, instance freed.</item>
/// <item>Judge how it ended: a whole response, a problem, or a response that must be cut.</item>
/// </list>
/// </summary>
internal sealed class ComponentHandler(MikServerOptions options, GuestScheduler scheduler, OutgoingHttp outgoingHttp, TimeProvider clock, ServerMetrics metrics, ILogger log)
{
    private readonly ExecutionLimits _limits = new() { MemoryBytes = options.MemoryLimitBytes };
    private readonly DeadlinePool _deadlines = new(clock, scheduler.GetStopToken());

    /// <summary>Handles an admitted request. A problem means that there is no whole response.</summary>
    public async ValueTask<Problem?> HandleAsync(RequestContext request, ModuleState module, string pathWithQuery)
    {
        // 1. Refuse a body that is announced as too large.
        if (request.Http.Request.ContentLength > options.MaxBodyBytes)
        {
            return BodyTooLarge();
        }

        // 2. Start the deadline.
        using var deadline = _deadlines.Start(request.TimeLimit ?? TimeLeft(request), request.Http.RequestAborted);

        // 3. Get the module.
        var counted = metrics.OfModule(module.Config.Name);
        counted.CacheAsked(isHit: module.Model is not null);
        ModuleModel model;
        try
        {
            using var load = module.Model is null ? Spans.StartBelow(request.Span, Spans.Load) : null;
            model = await module.GetModelAsync(deadline.Token);
        }
        catch (ModuleLoadException exception) when (exception.IsMissing)
        {
            return new Problem(ProblemKind.ModuleNotFound, $"The file of module '{module.Config.Name}' is not there.");
        }
        catch (ModuleLoadException exception) when (exception.IsLibrary)
        {
            return new Problem(ProblemKind.ModuleNotFound, $"There is no module named '{module.Config.Name}', only a component for others to be composed with: {exception.Message}");
        }
        catch (ModuleLoadException exception)
        {
            return new Problem(ProblemKind.ModuleInvalid, $"Module '{module.Config.Name}' cannot be served: {exception.Message.TrimEnd('.')}.");
        }
        catch (OperationCanceledException)
        {
            return Stopped(request, module, deadline.Reason, hasGuestToBlame: false);
        }

        // What comes behind a client that has gone is not run.
        if (deadline.Reason != StopReason.None)
        {
            return Stopped(request, module, deadline.Reason, hasGuestToBlame: false);
        }

        // 4. Describe the request.
        var response = new ResponseReceiver(request.Http, request, request.Route == RouteKind.Call ? null : deadline);
        var requestBody = HasNoBody(request.Http) ? null : new RequestBody(request.Http.Request.BodyReader, options.MaxBodyBytes, deadline, request.Slot);
        var exchange = Describe(request.Http, pathWithQuery, requestBody, response);
        var surroundings = new GuestSurroundings(request, module, options.OutputLimits, counted, log);
        request.Budget = new ResourceBudget(_limits.MemoryBytes, request.CallerBudget);
        var context = GuestContext(request, counted, surroundings, deadline.Token);

        // 5. Run the guest.
        var failure = await new GuestRun(model.Handle, exchange, context, _limits, module.Pace, isCalled: request.Route == RouteKind.Call).StartOn(scheduler);
        surroundings.End();
        var isClientSlow = requestBody is { IsAwaited: true } || response.IsBlocked;
        if (requestBody is not null)
        {
            await requestBody.ReleaseAsync();
        }

        // 6. Judge how it ended.
        if (context.Budget.Refusal is { } refusal && failure is not Trap { Limit: not null })
        {
            Events.LimitReached(log, refusal.ToString(), module.Config.Name, request.Id);
        }

        if (failure is TrapAfterResponseException after)
        {
            Events.GuestTrapped(log, after.Message + ", after its response", module.Config.Name, request.Id, TrapStack.Describe(after.Trap));
            failure = null;
        }

        if (response.Warning is { } warning)
        {
            Events.HandlerWarning(log, warning, module.Config.Name, request.Id);
        }

        if (response.EndedWhileGuestRan() is { } ended)
        {
            request.HasOverrun = deadline.Reason == StopReason.Deadline;
            return await EndAsync(request, module, deadline, ended);
        }

        if (failure is null && response.IsStarted)
        {
            return response.Fault is { } wrong ? Invalid(wrong) : await EndAsync(request, module, deadline, response.EndAsync(deadline.Token));
        }

        if (failure is not null && deadline.Reason == StopReason.None && requestBody?.Fault is { } fault)
        {
            // A guest that breaks down over a body that its client broke off has not failed.
            return MalformedBody.IsCutOff(fault) ? Stopped(request, module, StopReason.ClientGone, hasGuestToBlame: false) : MalformedBody.Describe(fault);
        }

        return deadline.Reason != StopReason.None
            ? Stopped(request, module, deadline.Reason, hasGuestToBlame: !isClientSlow)
            : Judge(request, module, response.Error, failure);
    }

    /// <summary>What waiting for the body has left of the deadline.</summary>
    private TimeSpan TimeLeft(RequestContext request) =>
        options.ExecutionTimeout - request.Elapsed is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private static HttpExchange Describe(HttpContext http, string pathWithQuery, RequestBody? body, ResponseReceiver response) => new()
    {
        Method = http.Request.Method,
        Scheme = http.Request.Scheme,
        Authority = http.Request.Host.Value,
        PathWithQuery = pathWithQuery,
        RequestHeaders = new GuestFields(http.Request.Headers),
        RequestBody = (PipeReader?)body ?? NoRequestBody.Instance,
        RequestTrailers = body is null ? null : TrailersOf(http),
        Response = response,
    };

    private static bool HasNoBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

    private static Func<IReadOnlyList<KeyValuePair<string, byte[]>>> TrailersOf(HttpContext http) =>
        () => http.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } trailers && RequestRules.AreLegal(trailers.Trailers) ? new GuestFields(trailers.Trailers) : [];

    private WasiContext GuestContext(RequestContext request, ModuleMetrics counted, GuestSurroundings surroundings, CancellationToken cancellationToken) => new()
    {
        CancellationToken = cancellationToken,
        Budget = request.Budget!,
        Environment = options.Environment,
        TimeProvider = clock,
        OutgoingHttp = outgoingHttp,
        Observer = Observer(request, counted),
        Surroundings = surroundings,
    };

    private static IGuestObserver Observer(RequestContext request, ModuleMetrics metrics) =>
        request.Span is { } span ? new TracedGuest(metrics, span) : metrics;

    private async ValueTask<Problem?> EndAsync(RequestContext request, ModuleState module, RequestDeadline deadline, Task ended)
    {
        try
        {
            await ended;
            return null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return Stopped(request, module, deadline.Reason == StopReason.None ? StopReason.ClientGone : deadline.Reason, hasGuestToBlame: false);
        }
    }

    private Problem? Judge(RequestContext request, ModuleState module, ErrorCode? error, Exception? failure)
    {
        if (failure is Trap trap)
        {
            Events.GuestTrapped(log, trap.Message, module.Config.Name, request.Id, TrapStack.Describe(trap));
        }

        return failure switch
        {
            null when error is { } code => new Problem(ProblemKind.HandlerError, $"The handler answered with an error: {code}.", code.Status) { Outcome = HandlerOutcome.Success },
            null or NoResponseException => new Problem(ProblemKind.HandlerError, "The handler returned without a response.") { Limit = request.Budget?.Refusal?.Resource },
            IncompleteBodyException => new Problem(ProblemKind.HandlerError, $"The handler broke its response off: {failure.Message}."),
            InvalidResponseException => Invalid(failure.Message),
            EndlessWaitException => new Problem(ProblemKind.HandlerError, $"The handler waits for ever: {failure.Message}.") { Outcome = HandlerOutcome.Neutral },
            Trap { Limit: { } limit } ended => new Problem(ProblemKind.HandlerError, $"The handler trapped: {ended.Message} ({ended.Kind}).") { Limit = limit },

            // A guest whose allocator was refused memory ends itself, in one way or another.
            Trap ended when request.Budget?.Refusal is { } refused => new Problem(ProblemKind.HandlerError, $"The handler trapped: {ended.Message} ({ended.Kind}); before, it was refused {refused}.") { Limit = refused.Resource },
            Trap ended => new Problem(ProblemKind.HandlerError, $"The handler trapped: {ended.Message} ({ended.Kind})."),
            _ when Shortage.Is(failure) => Shortage.Problem,
            _ => Faulted(request, failure),
        };
    }

    /// <summary>A response that cannot be sent. It says nothing about the module's health: it was quick, and the next may be right.</summary>
    private static Problem Invalid(string fault) =>
        new(ProblemKind.HandlerError, $"The handler's response is none that HTTP allows: {fault}.") { Outcome = HandlerOutcome.Neutral };

    private Problem Faulted(RequestContext request, Exception failure)
    {
        Events.ServerFault(log, request.Id, failure);
        return new Problem(ProblemKind.InternalError, "The server failed. Its log has the reason under this request id.");
    }

    /// <param name="request">What was stopped.</param>
    /// <param name="module">Where it was.</param>
    /// <param name="reason">Why.</param>
    /// <param name="hasGuestToBlame">Whether the deadline passed because of the guest, and not of a client that sends or takes slowly.</param>
    private Problem Stopped(RequestContext request, ModuleState module, StopReason reason, bool hasGuestToBlame)
    {
        switch (reason)
        {
            case StopReason.BodyTooLarge:
                return BodyTooLarge();
            case StopReason.ClientGone:
                Events.ClientGone(log, module.Config.Name, request.Id);
                return new Problem(ProblemKind.ClientGone, "The client went away.");
            default:
                var limit = request.TimeLimit ?? options.ExecutionTimeout;
                return new Problem(ProblemKind.Timeout, string.Create(CultureInfo.InvariantCulture, $"The request took longer than its deadline of {limit.TotalSeconds:0.###} seconds."))
                {
                    // A caller that is in a hurry shall not close a module to all others.
                    Outcome = hasGuestToBlame && limit >= options.ExecutionTimeout / 2 ? HandlerOutcome.Failure : HandlerOutcome.Neutral,
                };
        }
    }

    private Problem BodyTooLarge() =>
        new(ProblemKind.PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The request body is above the limit of {options.MaxBodyBytes} bytes."));
}
