using System.Globalization;
using System.Text;
using Mik.Server.Requests;

namespace Mik.Server.Problems;

/// <summary>A <see cref="Problem"/> as a whole message of HTTP/1.1, for where there is no request that could be answered.</summary>
internal static class ProblemMessage
{
    /// <summary>The message; the connection is closed behind it.</summary>
    public static byte[] Of(in Problem problem, string id)
    {
        var status = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {problem.StatusCode} {Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(problem.StatusCode)}\r\n");
        return [.. Encoding.ASCII.GetBytes(status), .. Of(problem, id, default)];
    }

    /// <summary>The message behind a status line.</summary>
    public static byte[] Of(in Problem problem, string id, ReadOnlySpan<byte> statusLine)
    {
        var body = ProblemResponse.Document(problem, id);
        var retryAfter = problem.RetryAfter is { } wait ? $"Retry-After: {ProblemResponse.Seconds(wait)}\r\n" : "";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"Content-Length: {body.Length}\r\nConnection: close\r\nContent-Type: {ProblemResponse.ContentType}\r\nDate: "
                + $"{DateTimeOffset.UtcNow:R}\r\n{retryAfter}{RequestContext.IdField}: {id}\r\ntraceparent: {TraceParent.Continue(null)}\r\n\r\n");
        return [.. statusLine, .. Encoding.ASCII.GetBytes(head), .. body.Span];
    }
}
