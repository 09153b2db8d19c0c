using Mik.Server.Admission;
using Mik.Server.Modules;
using Mik.Server.Problems;

namespace Mik.Server.Handlers;

/// <summary>The one way to a module, for requests by HTTP and for calls by scripts: let the body arrive, admit, handle, and tell the circuit breaker what came of it.</summary>
internal sealed class ModuleDoor(MikServerOptions options, AdmissionDesk admission, ComponentHandler components, TimeProvider clock)
{
    /// <summary>Takes a request through a module's guest. A problem means that there is no whole response.</summary>
    public async Task<Problem?> EnterAsync(RequestContext request, ModuleState module, string pathWithQuery)
    {
        var isPartOfRequest = request.Route == Routing.RouteKind.Call;
        if (!isPartOfRequest && await BodyArrival.WaitAsync(request.Http.Request, options, clock) is { } missing)
        {
            return missing;
        }

        if (!admission.TryEnter(module, out var lease, out var problem, isPartOfRequest))
        {
            return problem;
        }

        var outcome = HandlerOutcome.Neutral;
        try
        {
            var failure = await components.HandleAsync(request, module, pathWithQuery);
            outcome = failure?.Outcome ?? HandlerOutcome.Success;
            return failure;
        }
        finally
        {
            lease.Return(outcome);
        }
    }
}
