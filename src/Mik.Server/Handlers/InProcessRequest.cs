using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.Scripting.Execution;
using Mik.Server.Scripts;

namespace Mik.Server.Handlers;

/// <summary>A request whose bodies are in memory, for a call that does not go by HTTP.</summary>
internal sealed class InProcessRequest
{
    private readonly ResponseBuffer _response;

    private InProcessRequest(HttpContext context, string pathWithQuery, ResponseBuffer response)
    {
        Context = context;
        PathWithQuery = pathWithQuery;
        _response = response;
    }

    /// <summary>Request and response as handlers know them.</summary>
    public HttpContext Context { get; }

    /// <summary>What the guest sees as path and query.</summary>
    public string PathWithQuery { get; }

    /// <summary>Whether the response was cut for its size.</summary>
    public bool IsResponseTooLarge => _response.IsFull;

    /// <summary>The body of the response.</summary>
    public ReadOnlyMemory<byte> ResponseBody => _response.Content;

    /// <summary>Makes the request of a call; null, and why, when it is none.</summary>
    public static InProcessRequest? Create(HttpRequest outer, HandlerCall call, long maximumBodyBytes, CancellationToken aborted, out string refusal)
    {
        refusal = "";
        var path = call.Path.StartsWith('/') ? call.Path : call.Path.StartsWith('?') || call.Path.Length == 0 ? "/" + call.Path : $"/{call.Path}";
        if (call.Method.Length is 0 or > 32 || ScriptHeaders.BelongToConnection(call.Method))
        {
            refusal = $"'{call.Method}' is no HTTP method";
            return null;
        }

        var body = call.Body ?? default;
        if (body.Length > maximumBodyBytes)
        {
            refusal = $"the body of the call is above the limit of {maximumBodyBytes} bytes";
            return null;
        }

        var response = new ResponseBuffer(maximumBodyBytes);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = call.Method.ToUpperInvariant(),
            Scheme = outer.Scheme,
            Protocol = HttpProtocol.Http2,
            RawTarget = path,
            Headers = Headers(outer, call, body.Length),
            Body = new MemoryStream(body.ToArray(), writable: false),
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(response));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = aborted });
        return new InProcessRequest(new DefaultHttpContext(features), EncodedPath(path), response);
    }

    /// <summary>The response's fields, names in lower case, without those that the server adds.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders() =>
    [
        .. Context.Response.Headers
            .Where(header => !ScriptHeaders.BelongToServer(header.Key))
            .Select(header => new KeyValuePair<string, string>(header.Key.ToLowerInvariant(), string.Join(", ", header.Value.ToArray()))),
    ];

    private static HeaderDictionary Headers(HttpRequest outer, HandlerCall call, int bodyLength)
    {
        var headers = new HeaderDictionary { ["host"] = outer.Host.Value };
        foreach (var (name, value) in call.Headers)
        {
            if (!ScriptHeaders.BelongToConnection(name))
            {
                headers.Append(name.ToLowerInvariant(), ScriptHeaders.Safe(value));
            }
        }

        if (call.Body is not null)
        {
            headers.ContentLength = bodyLength;
        }

        return headers;
    }

    // A script may write its path as people do; a request target has no blanks, controls or other letters (RFC 3986).
    private static string EncodedPath(string path)
    {
        if (!path.Any(character => character is <= ' ' or > '~' or '#' or '"' or '<' or '>'))
        {
            return path;
        }

        var text = new StringBuilder(path.Length + 16);
        foreach (var unit in Encoding.UTF8.GetBytes(path))
        {
            if (unit is <= (byte)' ' or > (byte)'~' or (byte)'#' or (byte)'"' or (byte)'<' or (byte)'>')
            {
                text.Append('%').Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append((char)unit);
            }
        }

        return text.ToString();
    }
}
