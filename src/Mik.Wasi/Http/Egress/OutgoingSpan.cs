using System.Diagnostics;
using System.Globalization;

namespace Mik.Wasi.Http.Egress;

/// <summary>The span of a guest's outgoing call, from its start to the head of the answer. None is made while nobody listens.</summary>
public static class OutgoingSpan
{
    /// <summary>Where these spans come from.</summary>
    public const string SourceName = "mik.wasi";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts a span below another; the current one of the thread stays that.</summary>
    internal static Activity? Start(string method, Uri uri, Activity? above)
    {
        // Without a span above, the trace is not sampled.
        if (above is null)
        {
            return null;
        }
        var current = Activity.Current;
        Activity.Current = above;
        var span = Source.StartActivity("outgoing call", ActivityKind.Client);
        Activity.Current = current;
        span?.SetTag("http.request.method", method);
        span?.SetTag("server.address", uri.IdnHost);
        span?.SetTag("server.port", uri.Port);
        span?.SetTag("url.full", uri.GetLeftPart(UriPartial.Path));
        return span;
    }

    /// <summary>The fields that tell the other side of the span (W3C Trace Context).</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Headers(Activity span) =>
        string.IsNullOrEmpty(span.TraceStateString)
            ? [new("traceparent", span.Id!)]
            : [new("traceparent", span.Id!), new("tracestate", span.TraceStateString)];

    /// <summary>The answer's head is there.</summary>
    internal static void Answered(Activity? span, int status)
    {
        if (span is not null)
        {
            span.SetTag("http.response.status_code", status);
            if (status >= 400)
            {
                span.SetStatus(ActivityStatusCode.Error);
                span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            }
            Stop(span);
        }
    }

    /// <summary>There is no answer.</summary>
    internal static void Failed(Activity? span, Exception exception)
    {
        if (span is not null)
        {
            var error = Types.ErrorCodes.FromException(exception).Name;
            span.SetTag("error.type", error);
            span.SetStatus(ActivityStatusCode.Error, error);
            Stop(span);
        }
    }

    // Stopping makes the one above it current again, which may be over by now.
    private static void Stop(Activity span)
    {
        var current = Activity.Current;
        span.Stop();
        Activity.Current = current;
    }
}
