using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.AspNetCore.Fields;
using Mik.Server.Problems;

namespace Mik.Server.Pipeline;

/// <summary>
/// What a request must keep to wherever it goes, beyond what Kestrel holds against it. Targets and fields come to guests as they are, so what
/// no client of HTTP may send never gets that far.
/// </summary>
internal static class RequestRules
{
    private static readonly SearchValues<char> ControlsInTargets = SearchValues.Create(FieldRules.Controls);

    /// <summary>The methods that handlers are usually asked by, for <c>Allow</c>.</summary>
    public const string Methods = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

    /// <summary>The methods by which pages and files are read.</summary>
    public const string ReadMethods = "GET, HEAD";

    /// <summary>Whether a method reads.</summary>
    public static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>The problem of a request by another method for what can only be read.</summary>
    /// <param name="http">The request.</param>
    /// <param name="what">What it is for, as the begin of a sentence up to the verb.</param>
    public static Problem NotRead(HttpContext http, string what)
    {
        http.Response.Headers.Allow = ReadMethods;
        return new Problem(ProblemKind.MethodNotAllowed, $"{what} read with GET or HEAD.");
    }

    /// <summary>Why a request is none that may be answered, or null.</summary>
    public static Problem? Refusal(HttpContext http)
    {
        if (RefusalOfTarget(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is { } fault)
        {
            return new Problem(ProblemKind.InvalidRequest, fault);
        }

        var headers = http.Request.Headers;
        if (!FieldRules.AreLegal(headers))
        {
            return new Problem(ProblemKind.InvalidRequest, "A field of the request has a control character, or a name that is none.");
        }

        // Kestrel takes a length beside it for "x-content-length", and codings other than the last for nothing (RFC 9112, 6.1 and 6.3).
        if (headers.TransferEncoding is { Count: > 0 } codings
            && (headers.ContainsKey("X-Content-Length") || !codings.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)))
        {
            return new Problem(
                ProblemKind.InvalidRequest, "The only transfer coding that is understood is chunked, once, and without a content-length beside it.")
            {
                HasFaultyFraming = true,
            };
        }

        // RFC 9113, 8.2.2. Kestrel itself refuses "te" that is not "trailers".
        return HttpProtocol.IsHttp2(http.Request.Protocol) && ConnectionFields.HopByHop.FirstOrDefault(headers.ContainsKey) is { } field
            ? new Problem(ProblemKind.InvalidRequest, $"The field '{field}' is about a connection of HTTP/1.1, and is not allowed in HTTP/2.")
            : null;
    }

    // Percent-encoded they are letters of the target, and the guest's business (RFC 3986, 2.1).
    private static string? RefusalOfTarget(ReadOnlySpan<char> target) =>
        target.ContainsAny(ControlsInTargets) ? "The request target has a control character."
        : target.Contains('#') ? "The request target has a fragment, which is its client's own: '#' in a path or query is %23."
        : HasUserInformation(target) ? "The request target has user information before its host."
        : null;

    // RFC 9110, 4.2.4: mostly there to mislead whoever reads the address.
    private static bool HasUserInformation(ReadOnlySpan<char> target)
    {
        if (target.StartsWith('/') || target.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var scheme))
        {
            return false;
        }

        var authority = target[(scheme + 3)..];
        var end = authority.IndexOfAny('/', '?');
        return (end < 0 ? authority : authority[..end]).Contains('@');
    }
}
