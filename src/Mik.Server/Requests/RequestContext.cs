using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Execution;
using Mik.Server.Limits;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Server.Requests;

/// <summary>One request on its way through the pipeline.</summary>
internal sealed class RequestContext : IResponseStamp
{
    /// <summary>The field that names a request.</summary>
    public const string IdField = "X-Request-ID";

    /// <summary>The field that names the module or script that answered.</summary>
    public const string HandlerField = "X-Mik-Handler";

    /// <summary>The field that says how long that took, in milliseconds.</summary>
    public const string DurationField = "X-Mik-Duration-Ms";

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly RequestContext? _whole;

    /// <summary>A request by HTTP.</summary>
    /// <param name="http">The request and response.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="id"><c>X-Request-ID</c>.</param>
    /// <param name="span">Its span, or null while nobody listens to traces.</param>
    public RequestContext(HttpContext http, ClientAddress client, string id, Activity? span)
    {
        Http = http;
        Client = client;
        RawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Id = id;
        Span = span;
        Trace = span is null ? TraceParent.Continue(http.Request.Headers.TraceParent, http.Request.Headers.TraceState) : TraceParent.Of(span);
        Depth = CallDepth.Of(http.Request.Headers);
    }

    /// <summary>A call of a handler by a script: a request of its own that belongs to the script's.</summary>
    /// <param name="http">The request and response.</param>
    /// <param name="caller">The script's request.</param>
    /// <param name="handler">Name of the module.</param>
    /// <param name="timeLimit">Its deadline.</param>
    /// <param name="span">Its span, or null while nobody listens to traces.</param>
    public RequestContext(HttpContext http, RequestContext caller, string handler, TimeSpan timeLimit, Activity? span)
    {
        Http = http;
        Client = caller.Client;
        RawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Id = caller.Id;
        Span = span;
        Trace = span is null ? TraceParent.Continue(caller.Trace.ToString(), caller.Trace.State) : TraceParent.Of(span);
        TimeLimit = timeLimit;
        Depth = caller.Depth + 1;
        CallerBudget = caller.Budget;
        Route = RouteKind.Call;
        HandlerName = handler;
        Passed = caller.Passed;
        IsCalled = true;
    }

    /// <summary>A part of a request: a middleware before its handler, or the handler behind one.</summary>
    /// <param name="whole">The request, or the part that passed it on.</param>
    /// <param name="http">The request and response as this part has them.</param>
    /// <param name="route">What part it is.</param>
    /// <param name="handler">Name of the module or script.</param>
    /// <param name="span">The part's span, or null while nobody listens to traces.</param>
    public RequestContext(RequestContext whole, HttpContext http, RouteKind route, string? handler, Activity? span)
    {
        _whole = whole;
        Http = http;
        Client = whole.Client;
        RawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Id = whole.Id;
        Span = span;
        Trace = span is null ? whole.Trace : TraceParent.Of(span);
        TimeLimit = whole.TimeLimit is { } limit ? (limit > whole.Elapsed ? limit - whole.Elapsed : TimeSpan.Zero) : null;
        Spent = whole.Spent + whole.Elapsed;
        Depth = whole.Depth;
        CallerBudget = whole._whole is null ? whole.Budget : whole.CallerBudget;
        Route = route;
        HandlerName = handler;
        Passed = whole.Passed;
        IsCalled = whole.IsCalled || http != whole.Http;
        Slot = http == whole.Http ? whole.Slot : null;
        WaitingThread = http == whole.Http ? whole.WaitingThread : null;
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

    /// <summary>The span of the script's run, below which its calls are.</summary>
    public Activity? ScriptSpan { get; set; }

    /// <summary>Name of the module or script that it goes to, once that is known; null for neither.</summary>
    public string? HandlerName { get; set; }

    /// <summary>Its place among the requests whose bodies still come, if it has one.</summary>
    public StreamingSlot? Slot { get; set; }

    /// <summary>The server's permit of a request that goes to no module.</summary>
    public ServerPermit? Permit { get; set; }

    /// <summary>For a call: the thread that does nothing but wait for it, so that a quick guest may run there; null is none.</summary>
    public Thread? WaitingThread { get; set; }

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

    /// <summary>Names of the middlewares that the request has passed.</summary>
    public IReadOnlyList<string> Passed { get; set; } = [];

    /// <summary>Whether something that has begun in this process waits for it.</summary>
    public bool IsCalled { get; }

    /// <summary>The guest's own error code, when that was its answer.</summary>
    public ErrorCode? Error { get; set; }

    /// <summary>Its deadline while a guest or script runs.</summary>
    public RequestDeadline? Deadline { get; set; }

    /// <summary>Of a part of a request, what time of the request had gone by when the part began.</summary>
    public TimeSpan Spent { get; }

    /// <summary>Time since the request came in, or the part of it began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>Why it was really stopped: to a part of a request the client is the part that passed it on, whose own reason counts.</summary>
    public StopReason Explain(StopReason reason) =>
        reason == StopReason.ClientGone && _whole?.Deadline is { Reason: not StopReason.None } outer ? outer.Reason : reason;

    /// <inheritdoc/>
    public void Stamp()
    {
        if (_whole is { } whole)
        {
            // What one part gives another is not the response yet.
            if (whole.Http == Http)
            {
                whole.Stamp();
            }

            return;
        }

        StampIdentity();
        StampHandler();
    }

    /// <summary>Puts <c>X-Request-ID</c> and <c>traceparent</c> on the response.</summary>
    public void StampIdentity()
    {
        var headers = Http.Response.Headers;
        headers[IdField] = Id;
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
        headers[HandlerField] = name;
        headers[DurationField] = Milliseconds.Format(Elapsed);
    }
}
