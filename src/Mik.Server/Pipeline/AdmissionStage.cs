using Mik.Server.Limits;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Pipeline;

/// <summary>
/// Admission, for whatever is asked and by whatever way: lets the body arrive, takes the permits that the target needs, has the request handled, and
/// gives them back, a module's with what came of it.
/// </summary>
internal sealed class AdmissionStage(
    MikServerOptions options, AdmissionController admission, ComponentHandler components, MiddlewareChain chain, TimeProvider clock) : IModuleEndpoint
{
    /// <summary>Admits a request that goes to no module.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hasBody">Whether its body is of interest.</param>
    /// <param name="target">What handles it.</param>
    /// <param name="handle">Has it handled.</param>
    public async Task<Problem?> EnterAsync<TTarget>(RequestContext request, bool hasBody, TTarget target, Func<RequestContext, TTarget, Task<Problem?>> handle)
    {
        if (hasBody && (await BodyArrival.WaitAsync(request, admission.Bodies, options, clock, patience: null)).Problem is { } missing)
        {
            return missing;
        }

        if (!admission.TryEnter(out var permit, out var problem))
        {
            return problem;
        }

        using (permit)
        {
            request.Permit = permit;
            return await handle(request, target);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Problem?> EnterAsync(RequestContext request, ModuleState module, string pathWithQuery)
    {
        // The body of a script's call is there.
        if (request.Route == RouteKind.Call)
        {
            return EnterAsync(request, module, pathWithQuery, isPartOfRequest: true);
        }

        return BodyArrival.HasNone(request.Http)
            ? EnterAsync(request, module, pathWithQuery, isPartOfRequest: false)
            : EnterWithBodyAsync(request, module, pathWithQuery);
    }

    private async ValueTask<Problem?> EnterWithBodyAsync(RequestContext request, ModuleState module, string pathWithQuery)
    {
        var body = request.Http.Request;
        var arrived = await BodyArrival.WaitAsync(request, admission.Bodies, options, clock, BodyArrival.Patience);
        StreamingSlot? slot = null;
        if (IsComing(arrived) && !admission.TryStream(module, out slot))
        {
            // There are enough that a guest reads while they come: this one waits outside for what fits the buffer.
            if (arrived.Beginning is { } beginning)
            {
                body.BodyReader.AdvanceTo(beginning.Buffer.Start, beginning.Buffer.End);
            }

            arrived = await BodyArrival.WaitAsync(request, admission.Bodies, options, clock, patience: null);
            if (IsComing(arrived) && !admission.TryStream(module, out slot))
            {
                return AdmissionController.TooManyStreams(module);
            }
        }
        else if (arrived.Beginning is { } beginning)
        {
            slot?.Keep(body.BodyReader, beginning);
        }

        if (arrived.Problem is { } problem)
        {
            return problem;
        }

        try
        {
            request.Slot = slot;
            return await EnterAsync(request, module, pathWithQuery, isPartOfRequest: false);
        }
        finally
        {
            slot?.Return();
        }
    }

    private static bool IsComing(in BodyArrival.Arrived arrived) => arrived is { IsWhole: false, Problem: null };

    private ValueTask<Problem?> EnterAsync(RequestContext request, ModuleState module, string pathWithQuery, bool isPartOfRequest)
    {
        var names = chain.Before(request, module.Config.Name);
        return !admission.TryEnter(module, request.Client, out var lease, out var problem, isPartOfRequest) ? ValueTask.FromResult<Problem?>(problem)
            : names.Count == 0 ? HandleAsync(request, module, pathWithQuery, lease)
            : HandleBehindAsync(names, request, module, pathWithQuery, lease);
    }

    private async ValueTask<Problem?> HandleAsync(RequestContext request, ModuleState module, string pathWithQuery, Lease lease)
    {
        var outcome = HandlerOutcome.Neutral;
        try
        {
            var failure = await components.HandleAsync(request, module, pathWithQuery);
            outcome = OutcomeOf(request, failure);
            return failure;
        }
        finally
        {
            lease.Return(outcome);
        }
    }

    private async ValueTask<Problem?> HandleBehindAsync(
        IReadOnlyList<string> middlewares, RequestContext request, ModuleState module, string pathWithQuery, Lease lease)
    {
        var outcome = HandlerOutcome.Neutral;
        try
        {
            return await chain.RunAsync(request, middlewares, pathWithQuery, async (part, path) =>
            {
                var failure = await components.HandleAsync(part, module, path);
                outcome = OutcomeOf(part, failure);
                return failure;
            });
        }
        finally
        {
            lease.Return(outcome);
        }
    }

    private static HandlerOutcome OutcomeOf(RequestContext request, Problem? failure) =>
        failure?.Outcome ?? (request.HasOverrun ? HandlerOutcome.Failure : HandlerOutcome.Success);
}
