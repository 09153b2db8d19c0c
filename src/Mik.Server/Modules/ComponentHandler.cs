using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Execution;
using Mik.AspNetCore.Threads;
using Mik.Server.Limits;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
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
/// <item>Say what the guest shall see of the world, and within which limits.</item>
/// <item>Run the guest, here or on a guest thread while this task waits: <see cref="GuestInvoker"/>.</item>
/// <item>Judge how it ended: a whole response, a problem, or a response that must be cut.</item>
/// </list>
/// </summary>
internal sealed class ComponentHandler(
    MikServerOptions options, GuestScheduler scheduler, OutgoingHttp outgoingHttp, TimeProvider clock, ServerMetrics metrics, RequestScope scope, ILogger log)
{
    // One module may not push all others out by what its instances begin with.
    private readonly ExecutionLimits _limits = new() { MemoryBytes = options.MemoryLimitBytes, ImageBytes = options.MaxCacheBytes / 2 };
    private readonly DeadlinePool _deadlines = new(clock, scheduler.GetStopToken());
    private readonly GuestInvoker _guests = new(scheduler);
    private readonly ModuleReuse _reuse = new(options);

    /// <summary>Handles an admitted request. A problem means that there is no whole response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="module">Where it goes.</param>
    /// <param name="pathWithQuery">What the guest sees as path and query.</param>
    /// <param name="next">What stands behind the guest, when it is a middleware.</param>
    public async ValueTask<Problem?> HandleAsync(RequestContext request, ModuleState module, string pathWithQuery, INextHandler? next = null)
    {
        // 1. Refuse a body that is announced as too large.
        if (request.Http.Request.ContentLength > options.MaxBodyBytes)
        {
            return RequestProblems.BodyTooLarge(options.MaxBodyBytes);
        }

        // 2. Start the deadline.
        using var deadline = _deadlines.Start(request.TimeLimit ?? TimeLeft(request), request.Http.RequestAborted);
        request.Deadline = deadline;

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
            return new Problem(
                ProblemKind.ModuleNotFound,
                $"There is no module named '{module.Config.Name}', only a component for others to be composed with: {exception.Message}");
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

        // 4. Say what the guest shall see, and within which limits.
        var surroundings = new GuestSurroundings(request, module, options.OutputLimits, counted, log);
        request.Budget = new ResourceBudget(_limits.MemoryBytes, request.CallerBudget);
        var context = GuestContext(request, counted, surroundings, next, deadline.Token);
        var call = new GuestInvocation
        {
            Handle = model.Handle,
            Begin = model.Begin,
            Pace = module.Pace,
            PathWithQuery = pathWithQuery,
            Deadline = deadline,
            Context = context,
            Limits = _limits,
            Reuse = _reuse.Of(module.Config),
            MaxBodyBytes = options.MaxBodyBytes,
            Wait = request.Slot,
            Stamp = request,
            IsCalled = request.IsCalled,
            WaitingThread = request.WaitingThread,
        };

        // 5. Run the guest.
        var outcome = await _guests.InvokeAsync(request.Http, call);
        surroundings.End();

        // 6. Judge how it ended.
        request.HasOverrun = outcome.HasOverrun;
        request.Error = outcome.Error;
        Tell(request, module, outcome);
        return outcome.Kind switch
        {
            GuestOutcomeKind.Answered => null,
            GuestOutcomeKind.Stopped => Stopped(request, module, outcome.Reason, outcome.HasGuestToBlame),
            GuestOutcomeKind.MalformedBody => MalformedBody.Describe(outcome.BodyFault!),
            GuestOutcomeKind.InvalidResponse => Invalid(outcome.ResponseFault!),
            GuestOutcomeKind.ErrorCode => Answered(outcome.Error!.Value),
            _ => Judge(request, outcome.Failure),
        };
    }

    private void Tell(RequestContext request, ModuleState module, in GuestOutcome outcome)
    {
        if (request.Budget?.Refusal is { } refusal && outcome.Failure is not Trap { Limit: not null })
        {
            Events.LimitReached(log, refusal.ToString(), module.Config.Name, request.Id);
        }

        if (outcome.TrapAfterResponse is { } after)
        {
            Events.GuestTrapped(log, after.Message + ", after its response", module.Config.Name, request.Id, TrapStack.Describe(after));
        }

        if (outcome.Failure is Trap trap)
        {
            Events.GuestTrapped(log, trap.Message, module.Config.Name, request.Id, TrapStack.Describe(trap));
        }

        if (outcome.Warning is { } warning)
        {
            Events.HandlerWarning(log, warning, module.Config.Name, request.Id);
        }
    }

    /// <summary>What waiting for the body has left of the deadline.</summary>
    private TimeSpan TimeLeft(RequestContext request) =>
        options.ExecutionTimeout - request.Spent - request.Elapsed is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private WasiHttpContext GuestContext(
        RequestContext request, ModuleMetrics counted, GuestSurroundings surroundings, INextHandler? next, CancellationToken cancellationToken) => new()
        {
            CancellationToken = cancellationToken,
            Budget = request.Budget!,
            Environment = options.Environment,
            TimeProvider = clock,
            OutgoingHttp = outgoingHttp,
            Next = next,
            Observer = Observer(request, counted),
            Surroundings = surroundings,
        };

    private static IGuestObserver Observer(RequestContext request, ModuleMetrics metrics) =>
        request.Span is { } span ? new TracedGuest(metrics, span) : metrics;

    private static Problem Answered(ErrorCode code) =>
        new(ProblemKind.HandlerError, $"The handler answered with an error: {code}.", code.Status) { Outcome = HandlerOutcome.Success };

    private Problem Judge(RequestContext request, Exception? failure) => failure switch
    {
        null or NoResponseException =>
            new Problem(ProblemKind.HandlerError, "The handler returned without a response.")
            {
                Limit = request.Budget?.Refusal?.Resource,
                Outcome = OutcomeOf(request.Budget?.Refusal),
            },
        IncompleteBodyException => new Problem(ProblemKind.HandlerError, $"The handler broke its response off: {failure.Message}."),
        EndlessWaitException => new Problem(ProblemKind.HandlerError, $"The handler waits for ever: {failure.Message}.") { Outcome = HandlerOutcome.Neutral },
        SharedInstanceException => new Problem(ProblemKind.HandlerError, $"The handler was ended: {failure.Message}.") { Outcome = HandlerOutcome.Neutral },
        Trap { Limit: { } limit } ended => new Problem(ProblemKind.HandlerError, $"The handler trapped: {ended.Message} ({ended.Kind}).")
        {
            Limit = limit,
            Outcome = OutcomeOf(request.Budget?.Refusal),
        },

        // A guest whose allocator was refused memory ends itself, in one way or another.
        Trap ended when request.Budget?.Refusal is { } refused =>
            new Problem(
                ProblemKind.HandlerError,
                $"The handler trapped: {ended.Message} ({ended.Kind}); before, it was refused {refused}.")
            { Limit = refused.Resource, Outcome = OutcomeOf(refused) },
        Trap ended => new Problem(ProblemKind.HandlerError, $"The handler trapped: {ended.Message} ({ended.Kind})."),
        _ => scope.Describe(request, failure),
    };

    /// <summary>A caller that has used up what both may use shall not close a module, which used little of it, to all others.</summary>
    private static HandlerOutcome OutcomeOf(ResourceRefusal? refusal) =>
        refusal is { IsOfCaller: true } && refusal.Used < refusal.Limit / 2 ? HandlerOutcome.Neutral : HandlerOutcome.Failure;

    /// <summary>A response that cannot be sent. It says nothing about the module's health: it was quick, and the next may be right.</summary>
    private static Problem Invalid(string fault) =>
        new(ProblemKind.HandlerError, $"The handler's response is none that HTTP allows: {fault}.") { Outcome = HandlerOutcome.Neutral };

    /// <param name="request">What was stopped.</param>
    /// <param name="module">Where it was.</param>
    /// <param name="reason">Why.</param>
    /// <param name="hasGuestToBlame">Whether the deadline passed because of the guest, and not of a client that sends or takes slowly.</param>
    private Problem Stopped(RequestContext request, ModuleState module, StopReason reason, bool hasGuestToBlame)
    {
        switch (request.Explain(reason))
        {
            case StopReason.BodyTooLarge:
                return RequestProblems.BodyTooLarge(options.MaxBodyBytes);
            case StopReason.ClientGone:
                Events.ClientGone(log, module.Config.Name, request.Id);
                return RequestProblems.ClientGone;
            case StopReason.ServerStopped:
                return RequestProblems.ServerStopped;
            default:
                var limit = request.TimeLimit ?? options.ExecutionTimeout;

                // A caller that is in a hurry shall not close a module to all others.
                return RequestProblems.Late(
                    "The request", limit, hasGuestToBlame && limit >= options.ExecutionTimeout / 2 ? HandlerOutcome.Failure : HandlerOutcome.Neutral);
        }
    }
}
