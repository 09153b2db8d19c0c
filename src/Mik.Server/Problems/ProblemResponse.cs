using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Mik.Wasm.Execution;

namespace Mik.Server.Problems;

/// <summary>Writes a <see cref="Problem"/> as an RFC 7807 response.</summary>
internal static class ProblemResponse
{
    /// <summary>The media type of a problem document.</summary>
    public const string ContentType = "application/problem+json";

    // The document is never put into HTML, so quotes may stay as they are.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with the problem. The response must not have started.</summary>
    public static async Task WriteAsync(HttpContext http, Problem problem, string requestId)
    {
        var row = ProblemTable.Row(problem.Kind);
        var response = http.Response;
        response.StatusCode = problem.StatusCode;
        response.ContentType = ContentType;
        if (problem.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Seconds(wait);
        }

        if ((row.ClosesConnection || problem.HasFaultyFraming || MayKeepItsBody(http.Request)) && !HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }

        var body = Document(problem, requestId);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    // Who is refused before it was told to go on need not send the body, and what it sends next would be taken for it (RFC 9110, 10.1.1).
    private static bool MayKeepItsBody(HttpRequest request) =>
        request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase);

    /// <summary>A time in <c>Retry-After</c>: whole seconds, at least one.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>The problem document.</summary>
    public static ReadOnlyMemory<byte> Document(Problem problem, string requestId)
    {
        var row = ProblemTable.Row(problem.Kind);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, row.Type);
            json.WriteString("title"u8, row.Title);
            json.WriteNumber("status"u8, problem.StatusCode);
            json.WriteString("detail"u8, problem.Detail);
            json.WriteString("request_id"u8, requestId);
            if (problem.Limit is { } limit)
            {
                json.WriteString("limit"u8, LimitedResources.Name(limit));
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
