using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Observability.Tracing;

/// <summary>
/// The spans of a server and their names. A span is an <see cref="Activity"/>, made only while somebody listens (an exporter, or a listener in the
/// process); every method here takes and gives null otherwise. The guests' outgoing calls have theirs in <see cref="Mik.Wasi.Http.Egress.OutgoingSpan"/>.
/// </summary>
internal static class Spans
{
    /// <summary>A request by HTTP, from its arrival to the end of its response.</summary>
    public const string Request = "request";

    /// <summary>A script that answers a request.</summary>
    public const string Script = "script";

    /// <summary>A script's call of a handler.</summary>
    public const string HostCall = "host.call";

    /// <summary>A middleware, and all that is behind it.</summary>
    public const string Middleware = "middleware";

    /// <summary>Waiting for a module to be loaded.</summary>
    public const string Load = "load";

    /// <summary>Making or taking an instance.</summary>
    public const string Instantiate = "instantiate";

    /// <summary>The guest's run.</summary>
    public const string Handle = "handle";

    private const int MaxPathLength = 1024;

    /// <summary>Where the spans come from.</summary>
    public static ActivitySource Source { get; } = new("mik");

    /// <summary>Starts a span below another. Null when there is none above: nobody listens, or the trace is not sampled.</summary>
    public static Activity? StartBelow(Activity? parent, string name) =>
        parent is null ? null : Source.StartActivity(name, ActivityKind.Internal, parent.Context);

    /// <summary>Starts the span of a request, below the caller's if it sent a valid <c>traceparent</c>.</summary>
    public static Activity? StartRequest(HttpContext http, string requestId)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var headers = http.Request.Headers;
        var parent = TraceParent.TryParse(headers.TraceParent, headers.TraceState, out var caller) ? caller.AsRemote() : default;

        // An activity of whoever hosts this server in its own process is no caller.
        Activity.Current = null;
        var span = Source.StartActivity(Request, ActivityKind.Server, parent);
        span?.SetTag("http.request.method", http.Request.Method);
        span?.SetTag("mik.request_id", requestId);
        return span;
    }

    /// <summary>Ends the span of a request.</summary>
    public static void EndRequest(RequestContext request, Problem? problem)
    {
        if (request.Span is not { } span)
        {
            return;
        }

        if (span.IsAllDataRequested)
        {
            var path = request.RawTarget.AsSpan();
            path = path.IndexOf('?') is >= 0 and var question ? path[..question] : path;
            span.SetTag("url.path", path.Length > MaxPathLength ? path[..MaxPathLength].ToString() : path.ToString());
            span.SetTag("http.response.status_code", problem?.StatusCode ?? request.Http.Response.StatusCode);
            span.SetTag(request.Route == RouteKind.Script ? "mik.script" : "mik.module", request.HandlerName);
            Fail(span, problem);
        }

        span.Dispose();
    }

    /// <summary>Marks a span as failed when there is a problem that is the server's or the handler's, not the client's.</summary>
    public static void Fail(Activity? span, Problem? problem)
    {
        if (span is null || problem is not { } failure)
        {
            return;
        }

        span.SetTag("error.type", ProblemTable.Row(failure.Kind).Slug);
        if (failure.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error, failure.Detail);
        }
    }
}
