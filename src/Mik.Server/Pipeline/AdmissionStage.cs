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
        if (hasBody && (await BodyArrival.WaitAsync(request.Http.Request, options, clock, patience: null)).Problem is { } missing)
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
    public async ValueTask<Problem?> EnterAsync(RequestContext request, ModuleState module, string pathWithQuery)
    {
        // The body of a script's call is there.
        if (request.Route == RouteKind.Call)
        {
            return await EnterAsync(request, module, pathWithQuery, isPartOfRequest: true);
        }

        var body = request.Http.Request;
        var arrived = await BodyArrival.WaitAsync(body, options, clock, BodyArrival.Patience);
        StreamingSlot? slot = null;
        if (IsComing(arrived) && !admission.TryStream(module, out slot))
        {
            // There are enough that a guest reads while they come: this one waits outside for what fits the buffer.
            if (arrived.Beginning is { } beginning)
            {
                body.BodyReader.AdvanceTo(beginning.Buffer.Start, beginning.Buffer.End);
            }

            arrived = await BodyArrival.WaitAsync(body, options, clock, patience: null);
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

    private async ValueTask<Problem?> EnterAsync(RequestContext request, ModuleState module, string pathWithQuery, bool isPartOfRequest)
    {
        if (!admission.TryEnter(module, request.Client, out var lease, out var problem, isPartOfRequest))
        {
            return problem;
        }

        var outcome = HandlerOutcome.Neutral;
        try
        {
            var names = chain.Before(request, module.Config.Name);
            return names.Count == 0 ? await HandleAsync(request, pathWithQuery) : await chain.RunAsync(request, names, pathWithQuery, HandleAsync);
        }
        finally
        {
            lease.Return(outcome);
        }

        async ValueTask<Problem?> HandleAsync(RequestContext part, string path)
        {
            var failure = await components.HandleAsync(part, module, path);
            outcome = failure?.Outcome ?? (part.HasOverrun ? HandlerOutcome.Failure : HandlerOutcome.Success);
            return failure;
        }
    }
}
