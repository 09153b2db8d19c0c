using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.AspNetCore.Execution;
using Mik.Server.Limits;
using Mik.Server.Modules;
using Mik.Server.Observability.Tracing;
using Mik.Server.Pipeline;
using Mik.Server.Scripts;
using Mik.Wasm.Execution;

namespace Mik.Server.Requests;

/// <summary>One request on its way through <see cref="RequestPipeline"/>.</summary>
internal sealed class RequestContext : IResponseStamp
{
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    /// <summary>Identifies a request and puts its identity on the response.</summary>
    public RequestContext(HttpContext http, ClientAddress client)
    {
        Http = http;
        Client = client;
        RawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Id = RequestId.From(http.Request.Headers["X-Request-ID"]);
        Span = Spans.StartRequest(http, Id);
        Trace = Span is null ? TraceParent.Continue(http.Request.Headers.TraceParent, http.Request.Headers.TraceState) : TraceParent.Of(Span);
        Depth = CallDepth.Of(http.Request.Headers);
        StampIdentity();
    }

    /// <summary>A call of a handler by a script: a request of its own that belongs to the script's.</summary>
    public RequestContext(HttpContext http, RequestContext caller, TimeSpan timeLimit)
    {
        Http = http;
        Client = caller.Client;
        RawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Id = caller.Id;
        Span = Spans.StartBelow(caller.ScriptSpan, Spans.HostCall);
        Trace = Span is null ? TraceParent.Continue(caller.Trace.ToString(), caller.Trace.State) : TraceParent.Of(Span);
        TimeLimit = timeLimit;
        Depth = caller.Depth + 1;
        CallerBudget = caller.Budget;
        Route = RouteKind.Call;
    }

    /// <summary>The request and response as Kestrel has them.</summary>
    public HttpContext Http { get; }

    /// <summary>Who asks; for a call by a script who asked the script.</summary>
    public ClientAddress Client { get; }

    /// <summary>The target as the client sent it.</summary>
    public string RawTarget { get; }

    /// <summary><c>X-Request-ID</c>.</summary>
    public string Id { get; }

    /// <summary>The request's span, or null while nobody listens to traces.</summary>
    public Activity? Span { get; }

    /// <summary>Our position in the caller's trace.</summary>
    public TraceParent Trace { get; }

    /// <summary>The kind of route that was found.</summary>
    public RouteKind Route { get; set; } = RouteKind.Problem;

    /// <summary>The module that the request goes to, once that is known.</summary>
    public ModuleState? Module { get; set; }

    /// <summary>The script that the request goes to, once that is known.</summary>
    public ScriptState? Script { get; set; }

    /// <summary>The span of the script's run, below which its calls are.</summary>
    public Activity? ScriptSpan { get; set; }

    /// <summary>Name of the module or script, for headers, metrics and logs; null for neither.</summary>
    public string? HandlerName => Module?.Config.Name ?? Script?.Name;

    /// <summary>Its place among the requests whose bodies still come, if it has one.</summary>
    public StreamingSlot? Slot { get; set; }

    /// <summary>What the request may use, once it runs.</summary>
    public ResourceBudget? Budget { get; set; }

    /// <summary>What the script may use that makes this request: the two are one sum.</summary>
    public ResourceBudget? CallerBudget { get; }

    /// <summary>Whether the guest ran until its deadline, though its response was whole.</summary>
    public bool HasOverrun { get; set; }

    /// <summary>A deadline of its own in place of the server's.</summary>
    public TimeSpan? TimeLimit { get; }

    /// <summary>How many scripts are in the chain of calls that led here.</summary>
    public int Depth { get; init; }

    /// <summary>Time since the request came in.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    /// <inheritdoc/>
    public void Stamp()
    {
        StampIdentity();
        StampHandler();
    }

    /// <summary>Puts <c>X-Request-ID</c> and <c>traceparent</c> on the response.</summary>
    public void StampIdentity()
    {
        var headers = Http.Response.Headers;
        headers["X-Request-ID"] = Id;
        headers.TraceParent = Trace.ToString();
    }

    /// <summary>Puts <c>X-Mik-Handler</c> and the time so far, <c>X-Mik-Duration-Ms</c>, on the response of a request to a module or script.</summary>
    public void StampHandler()
    {
        if (HandlerName is not { } name)
        {
            return;
        }

        var headers = Http.Response.Headers;
        headers["X-Mik-Handler"] = name;
        headers["X-Mik-Duration-Ms"] = Milliseconds.Format(Elapsed);
    }
}
