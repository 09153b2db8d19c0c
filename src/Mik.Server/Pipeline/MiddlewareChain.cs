using Microsoft.AspNetCore.Http;
using Mik.AspNetCore.Deadlines;
using Mik.Server.Limits;
using Mik.Server.Modules;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
using Mik.Server.Problems;
using Mik.Server.Requests;
using Mik.Wasm.Execution;

namespace Mik.Server.Pipeline;

/// <summary>Handles what came through all middlewares.</summary>
internal delegate ValueTask<Problem?> ChainEnd(RequestContext request, string pathWithQuery);

/// <summary>
/// The middlewares before a handler or script, outermost first. Each runs in an instance of its own and calls the next as <c>wasi:http/handler</c>: bodies
/// stream through pipes. The request's permits, its deadline and its budget are one for all; each part has its circuit breaker, its span and its figures.
/// </summary>
internal sealed class MiddlewareChain(
    MikServerOptions options, ModuleSet modules, AdmissionController admission, ComponentHandler components, RequestScope scope)
{
    /// <summary>Names of the middlewares that a request to a module has before it; to a script, for null.</summary>
    public IReadOnlyList<string> Before(RequestContext request, string? module)
    {
        var own = module is not null && options.ModuleOptions.TryGetValue(module, out var settings) ? settings.Middleware : null;

        // A script's call has passed the server's list with the script.
        return request.Route != RouteKind.Call ? own ?? options.Middleware
            : own is null ? []
            : [.. own.Except(request.Passed, StringComparer.Ordinal)];
    }

    /// <summary>Takes a request through middlewares to its handler. A problem means that there is no whole response.</summary>
    public async ValueTask<Problem?> RunAsync(RequestContext request, IReadOnlyList<string> names, string pathWithQuery, ChainEnd end)
    {
        request.Passed = [.. request.Passed, .. names];
        request.Budget = new ResourceBudget(options.MemoryLimitBytes, request.CallerBudget);
        try
        {
            return await PassAsync(request, request.Http, names, pathWithQuery, new ChainTarget(request.Route, request.HandlerName, end));
        }
        finally
        {
            request.Budget.End();
        }
    }

    /// <summary>Takes what one part passed on to the next.</summary>
    public ValueTask<Problem?> PassAsync(RequestContext whole, HttpContext http, IReadOnlyList<string> names, string pathWithQuery, ChainTarget target)
    {
        if (names.Count > 0)
        {
            return new(RunMiddlewareAsync(whole, http, names, pathWithQuery, target));
        }

        return target.End(new RequestContext(whole, http, target.Route, target.Name, whole.Span), pathWithQuery);
    }

    private async Task<Problem?> RunMiddlewareAsync(
        RequestContext whole, HttpContext http, IReadOnlyList<string> names, string pathWithQuery, ChainTarget target)
    {
        var name = names[0];
        if (!modules.TryFind(name, out var module) || !module.Config.IsMiddleware)
        {
            return new Problem(ProblemKind.ModuleInvalid, $"The middleware '{name}' is not there.");
        }

        if (!admission.TryPass(module, whole.Client, out var pass, out var problem))
        {
            return problem;
        }

        var outcome = HandlerOutcome.Neutral;
        var request = scope.BeginMiddleware(whole, http, name);
        var link = new MiddlewareLink(this, request, [.. names.Skip(1)], target, scope);
        Problem? failure = null;
        try
        {
            failure = await components.HandleAsync(request, module, pathWithQuery, link);
            if (request.Deadline is { Reason: StopReason.None })
            {
                // From now on it may be another request's.
                request.Deadline = null;
            }

            var behind = await link.EndAsync(isWell: failure is null);
            outcome = failure?.Outcome ?? (request.HasOverrun ? HandlerOutcome.Failure : HandlerOutcome.Success);
            if (behind is { } cause && outcome == HandlerOutcome.Failure)
            {
                // What broke behind it broke it.
                outcome = HandlerOutcome.Neutral;
                failure = failure is null ? null : cause;
            }

            return failure;
        }
        finally
        {
            admission.EndPass(module, pass, outcome);
            scope.End(request, failure);
        }
    }
}

/// <summary>What is behind all middlewares of a request.</summary>
/// <param name="Route">The request's route.</param>
/// <param name="Name">Name of the module or script.</param>
/// <param name="End">Handles the request.</param>
internal sealed record ChainTarget(RouteKind Route, string? Name, ChainEnd End);
