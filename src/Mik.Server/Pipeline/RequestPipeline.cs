using System.Diagnostics;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Mik.Server.Limits;
using Mik.Server.Observability;
using Mik.Server.Observability.Tracing;
using Mik.Server.Problems;
using Mik.Server.Requests;
using Mik.Server.Scripts;
using Mik.Server.StaticFiles;

namespace Mik.Server.Pipeline;

/// <summary>
/// The way of every request, in order. Start reading here.
/// <code>
///   client ──► 1 route         RouteTable         target → module, built-in page, or problem
///              2 identify      RequestScope       request id, trace
///              3 admit         AdmissionStage     the body, permits, circuit breaker, or problem
///              4 handle        MiddlewareChain    the middlewares, each a guest of its own, then
///                              ComponentHandler   deadline, fresh instance, bodies stream   (or ScriptHandler, StaticHandler, BuiltInHandler)
///   client ◄── 5 answer        ProblemTable       whatever failed above becomes status and problem+json
///              6 end           RequestScope       traced, counted; one line in the log (Events)
/// </code>
/// Under a flood of requests beyond the limits, those after the first few of a second leave after step 1: <see cref="LoadShedder"/>.
/// A step that fails returns a <see cref="Problem"/>; none of them writes an error response itself.
/// </summary>
internal sealed class RequestPipeline(
    RouteTable routes,
    AdmissionStage admission,
    ScriptHandler scripts,
    MiddlewareChain chain,
    StaticHandler? files,
    BuiltInHandler builtIns,
    TrustedProxies proxies,
    LoadShedder refusals,
    RequestScope scope,
    ILogger accessLog)
{
    /// <summary>Takes one request all the way. Never throws.</summary>
    public Task RunAsync(HttpContext http)
    {
        // 1. Route.
        var startedAt = Stopwatch.GetTimestamp();
        var route = Find(http);
        var client = proxies.ClientOf(http);
        return refusals.TryAnswer(http, route, client, startedAt) ? refusals.Pause.PassAsync() : RunAsync(http, route, client);
    }

    private async Task RunAsync(HttpContext http, Route route, ClientAddress client)
    {
        // 2. Identify.
        var request = scope.Begin(http, client);
        Problem? problem;
        try
        {
            problem = await HandleAsync(request, route);
        }
        catch (Exception exception)
        {
            problem = scope.Describe(request, exception);
        }

        // 5. Answer what failed: as a problem, or by cutting a response that began.
        if (problem is { } failure)
        {
            await AnswerAsync(request, failure);
        }

        // 6. Trace, count and log.
        scope.End(request, problem);
        Events.Request(accessLog, request, problem);
    }

    private Route Find(HttpContext http)
    {
        try
        {
            return RequestRules.Refusal(http) is { } problem
                ? Route.None(problem)
                : routes.Find(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        }
        catch (Exception exception)
        {
            Events.ServerFault(accessLog, "-", exception);
            return Route.None(ProblemKind.InternalError, "The server failed. Its log has the reason.");
        }
    }

    private ValueTask<Problem?> HandleAsync(RequestContext request, in Route route)
    {
        if (RequestMethod.IsNeverAnswered(request.Http.Request.Method) && route.Problem.Kind != ProblemKind.InvalidRequest)
        {
            request.Http.Response.Headers.Allow = route.Kind is RouteKind.BuiltIn or RouteKind.Static ? RequestRules.ReadMethods : RequestRules.Methods;
            return ValueTask.FromResult<Problem?>(new Problem(ProblemKind.MethodNotAllowed, $"{request.Http.Request.Method} is not answered here."));
        }

        // 3. Admit and 4. handle.
        request.Route = route.Kind;
        request.HandlerName = route.HandlerName;
        if (route.Kind is RouteKind.BuiltIn or RouteKind.Static)
        {
            // The answers of guests and scripts get it when they begin, problems when they are written.
            request.StampIdentity();
        }

        return route.Kind switch
        {
            RouteKind.Module or RouteKind.Tenant => admission.EnterAsync(request, route.Module!, route.PathWithQuery),
            RouteKind.Script => new(admission.EnterAsync(
                request, hasBody: true, (this, route.Script!, route.PathWithQuery),
                static (request, to) => to.Item1.RunScriptAsync(request, to.Item2, to.PathWithQuery))),
            RouteKind.Static when !RequestRules.IsRead(request.Http.Request.Method) =>
                ValueTask.FromResult<Problem?>(RequestRules.NotRead(request.Http, "Files are")),
            RouteKind.Static =>
                new(
                    admission.EnterAsync(
                        request, hasBody: false, (files!, route.PathWithQuery), static (request, to) => to.Item1.HandleAsync(request, to.PathWithQuery))),
            RouteKind.BuiltIn => new(builtIns.HandleAsync(request, route.PathWithQuery)),
            _ => ValueTask.FromResult<Problem?>(route.Problem),
        };
    }

    private Task<Problem?> RunScriptAsync(RequestContext request, ScriptState script, string pathWithQuery)
    {
        var names = chain.Before(request, module: null);
        return names.Count == 0
            ? scripts.HandleAsync(request, script, pathWithQuery)
            : chain.RunAsync(request, names, pathWithQuery, (part, path) => new(scripts.HandleAsync(part, script, path))).AsTask();
    }

    private static async Task AnswerAsync(RequestContext request, Problem problem)
    {
        var http = request.Http;
        if (http.Response.HasStarted)
        {
            Cut(http);
            return;
        }

        var headers = http.Response.Headers;
        var (allow, range) = (headers.Allow, headers.ContentRange);
        http.Response.Clear();
        headers.Allow = problem.Kind == ProblemKind.MethodNotAllowed ? allow : default;
        headers.ContentRange = problem.Kind == ProblemKind.RangeNotSatisfiable ? range : default;
        request.Stamp();
        try
        {
            await ProblemResponse.WriteAsync(http, problem, request.Id);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client is gone; there is nobody to tell.
        }
    }

    private static void Cut(HttpContext http)
    {
        // On a connection of HTTP/1.1 requests may wait behind this one, which Kestrel would run though nobody can get their answers.
        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }

        http.Abort();
    }
}
