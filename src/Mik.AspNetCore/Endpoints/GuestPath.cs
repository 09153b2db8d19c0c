using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Mik.AspNetCore.Endpoints;

/// <summary>
/// The path and query that a guest sees: as the client sent them, as far as nobody rewrote the path on the way, without the segments that are the
/// program's own.
/// </summary>
internal static class GuestPath
{
    /// <summary>How many segments of a route pattern come before its catch-all.</summary>
    public static int SegmentsBefore(RoutePattern pattern)
    {
        var count = 0;
        foreach (var segment in pattern.PathSegments)
        {
            if (segment.Parts.Any(part => part is RoutePatternParameterPart { IsCatchAll: true }))
            {
                break;
            }

            count++;
        }

        return count;
    }

    /// <summary>The path and query.</summary>
    /// <param name="http">The request.</param>
    /// <param name="segments">Segments below <c>PathBase</c> that the guest does not see.</param>
    public static string Of(HttpContext http, int segments)
    {
        var request = http.Request;
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var raw = question < 0 ? target : target[..question];
        var isAsSent = raw.StartsWith('/') && PathString.FromUriComponent(raw) == request.PathBase + request.Path;
        var skipped = isAsSent ? Segments(request.PathBase.Value) + segments : segments;
        return Skip(isAsSent ? raw : request.Path.ToUriComponent(), skipped) + request.QueryString.Value;
    }

    private static int Segments(string? path) => path is null ? 0 : path.AsSpan().Count('/');

    private static string Skip(string path, int segments)
    {
        var at = 0;
        for (; segments > 0; segments--)
        {
            at = path.IndexOf('/', Math.Min(at + 1, path.Length));
            if (at < 0)
            {
                return "/";
            }
        }

        return at == path.Length ? "/" : path[at..];
    }
}
