using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mik.Server.Limits;
using Mik.Server.Observability.Metrics;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Observability.Tracing;

/// <summary>
/// The begin and the end of every request, by HTTP or by a script's call: identity, span, count, and what a fault of the server means for it.
/// </summary>
internal sealed class RequestScope(ServerMetrics metrics, ILogger log)
{
    /// <summary>A request came by HTTP.</summary>
    public RequestContext Begin(HttpContext http, ClientAddress client)
    {
        var id = RequestId.From(http.Request.Headers[RequestContext.IdField]);
        var request = new RequestContext(http, client, id, Spans.StartRequest(http, id));
        metrics.RequestStarted();
        return request;
    }

    /// <summary>A script calls a module.</summary>
    public RequestContext BeginCall(HttpContext http, RequestContext caller, string handler, TimeSpan timeLimit)
    {
        var request = new RequestContext(http, caller, handler, timeLimit, Spans.StartBelow(caller.ScriptSpan, Spans.HostCall));
        metrics.RequestStarted();
        return request;
    }

    /// <summary>A request comes to a middleware before its handler.</summary>
    public RequestContext BeginMiddleware(RequestContext whole, HttpContext http, string name)
    {
        var request = new RequestContext(whole, http, RouteKind.Middleware, name, Spans.StartBelow(whole.Span, Spans.Middleware));
        metrics.RequestStarted();
        return request;
    }

    /// <summary>What the client is told of a failure that no step has an answer for.</summary>
    public Problem Describe(RequestContext request, Exception failure)
    {
        if (Shortage.Is(failure))
        {
            return Shortage.Problem;
        }

        Events.ServerFault(log, request.Id, failure);
        return new Problem(ProblemKind.InternalError, "The server failed. Its log has the reason under this request id.");
    }

    /// <summary>A request has ended, its response sent or cut: traces and counts it.</summary>
    public void End(RequestContext request, Problem? problem)
    {
        Spans.EndRequest(request, problem);
        metrics.RequestEnded(request.Route, request.HandlerName, request.Http.Response.StatusCode, problem, request.Elapsed);
    }
}
