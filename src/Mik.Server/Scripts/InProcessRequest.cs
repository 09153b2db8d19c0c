using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.AspNetCore.Fields;
using Mik.Scripting.Execution;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Scripts;

/// <summary>A request whose bodies are in memory, for a call that does not go by HTTP.</summary>
internal sealed class InProcessRequest
{
    private readonly ResponseBuffer _response;
    private readonly CompletableBody _body;

    private InProcessRequest(HttpContext context, string pathWithQuery, ResponseBuffer response, CompletableBody body)
    {
        Context = context;
        PathWithQuery = pathWithQuery;
        _response = response;
        _body = body;
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
        if (call.Method.Length > 32 || !FieldRules.IsToken(call.Method))
        {
            refusal = $"'{call.Method}' is no HTTP method";
            return null;
        }

        if (RequestMethod.IsNeverAnswered(call.Method))
        {
            refusal = $"a handler cannot be asked with '{call.Method}'";
            return null;
        }

        var body = call.Body ?? default;
        if (body.Length > maximumBodyBytes)
        {
            refusal = $"the body of the call is above the limit of {maximumBodyBytes} bytes";
            return null;
        }

        if (Headers(outer, call, body.Length, out refusal) is not { } headers)
        {
            return null;
        }

        var response = new ResponseBuffer(maximumBodyBytes, call.Share);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = HttpMethods.GetCanonicalizedValue(call.Method),
            Scheme = outer.Scheme,
            Protocol = HttpProtocol.Http2,
            RawTarget = path,
            Headers = headers,
            Body = Stream(body),
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        var responseBody = new CompletableBody(response);
        features.Set<IHttpResponseBodyFeature>(responseBody);
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = aborted });
        return new InProcessRequest(new DefaultHttpContext(features), EncodedPath(path), response, responseBody);
    }

    /// <summary>Waits until the handler has ended or, when it runs on behind its response, the response has: then there is no problem.</summary>
    public async Task<Problem?> FirstAsync(Task<Problem?> handling) =>
        await Task.WhenAny(handling, _body.Completed) == handling ? await handling : null;

    /// <summary>The response's fields, names in lower case, each as often as the handler set it, without those that the server adds.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders() =>
    [
        .. from header in Context.Response.Headers
           where !ScriptHeaders.BelongToServer(header.Key)
           let name = header.Key.ToLowerInvariant()
           from value in header.Value
           select new KeyValuePair<string, string>(name, value ?? ""),
    ];

    private static MemoryStream Stream(ReadOnlyMemory<byte> body) => MemoryMarshal.TryGetArray(body, out var array) && array.Array is not null
        ? new MemoryStream(array.Array, array.Offset, array.Count, writable: false)
        : new MemoryStream(body.ToArray(), writable: false);

    private static HeaderDictionary? Headers(HttpRequest outer, HandlerCall call, int bodyLength, out string refusal)
    {
        if (ScriptHeaders.FaultOf(call.Headers) is { } fault)
        {
            refusal = fault;
            return null;
        }

        refusal = "";
        var headers = new HeaderDictionary { ["host"] = outer.Host.Value };
        foreach (var (name, value) in call.Headers)
        {
            if (ScriptHeaders.BelongToHost(name))
            {
                // A script that passes on all fields of its own request means none of these.
                if (!IsOf(outer, name, ScriptHeaders.Safe(value)))
                {
                    refusal = $"the header field '{name}' of a call is the host's own and cannot be set";
                    return null;
                }
            }
            else
            {
                HandlerFields.Add(headers, name.ToLowerInvariant(), ScriptHeaders.Safe(value));
            }
        }

        if (call.Body is not null)
        {
            headers.ContentLength = bodyLength;
        }

        return headers;
    }

    private static bool IsOf(HttpRequest outer, string name, string value) =>
        outer.Headers.TryGetValue(name, out var own) && (own.Contains(value) || string.Join(", ", own.ToArray()) == value);

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

    /// <summary>A body that tells when the handler has said all of it.</summary>
    private sealed class CompletableBody(Stream stream) : StreamResponseBodyFeature(stream)
    {
        private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends with the body.</summary>
        public Task Completed => _completed.Task;

        /// <inheritdoc/>
        public override async Task CompleteAsync()
        {
            await base.CompleteAsync();
            _completed.TrySetResult();
        }
    }
}
