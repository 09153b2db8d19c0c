using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.Server.Problems;

namespace Mik.Server.Pipeline;

/// <summary>
/// What a request must keep to wherever it goes, beyond what Kestrel holds against it. Targets and fields come to guests as they are, so what
/// no client of HTTP may send never gets that far.
/// </summary>
internal static class RequestRules
{
    private static readonly SearchValues<char> ControlsInTargets = SearchValues.Create(Controls(except: null));
    private static readonly SearchValues<char> ControlsInFields = SearchValues.Create(Controls(except: '\t'));

    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // RFC 9113, 8.2.2. Kestrel itself refuses "connection", and "te" that is not "trailers".
    private static readonly string[] FieldsOfConnections = ["Transfer-Encoding", "Keep-Alive", "Proxy-Connection", "Upgrade"];

    /// <summary>The methods that handlers are usually asked by, for <c>Allow</c>.</summary>
    public const string Methods = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

    /// <summary>Why a request is none that may be answered, or null.</summary>
    public static Problem? Refusal(HttpContext http)
    {
        // Percent-encoded they are letters of the target, and the guest's business (RFC 3986, 2.1).
        if (http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan().ContainsAny(ControlsInTargets))
        {
            return new Problem(ProblemKind.InvalidRequest, "The request target has a control character.");
        }

        var headers = http.Request.Headers;
        if (!AreLegal(headers))
        {
            return new Problem(ProblemKind.InvalidRequest, "A field of the request has a control character, or a name that is none.");
        }

        return HttpProtocol.IsHttp2(http.Request.Protocol) && Array.Find(FieldsOfConnections, headers.ContainsKey) is { } field
            ? new Problem(ProblemKind.InvalidRequest, $"The field '{field}' is about a connection of HTTP/1.1, and is not allowed in HTTP/2.")
            : null;
    }

    /// <summary>Whether names are tokens, and values have no control characters but tabs (RFC 9110, 5.1 and 5.5).</summary>
    public static bool AreLegal(IHeaderDictionary fields)
    {
        foreach (var (name, values) in fields)
        {
            if (name.AsSpan().ContainsAnyExcept(Token))
            {
                return false;
            }

            for (var index = 0; index < values.Count; index++)
            {
                if (values[index].AsSpan().ContainsAny(ControlsInFields))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Whether a method is for proxies (CONNECT, also as HTTP/2 extends it) or gives back what may be secret (TRACE).</summary>
    public static bool IsNeverAnswered(string method) => HttpMethods.IsConnect(method) || HttpMethods.IsTrace(method);

    private static string Controls(char? except) =>
        string.Concat(Enumerable.Range(0, ' ').Append(0x7f).Select(code => (char)code).Where(control => control != except));
}
