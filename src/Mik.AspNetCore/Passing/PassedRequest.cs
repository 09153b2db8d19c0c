using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Mik.AspNetCore.Bodies;
using Mik.AspNetCore.Fields;
using Mik.Wasi.Http;

namespace Mik.AspNetCore.Passing;

/// <summary>Head of a request that a middleware passes on.</summary>
internal static class PassedRequest
{
    /// <summary>The feature of it.</summary>
    public static HttpRequestFeature Describe(NextRequest request, FieldEncoding encoding)
    {
        var target = request.PathWithQuery;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        IHeaderDictionary headers = Headers(request.Headers, encoding);
        if (request.Authority is { } authority)
        {
            headers.Host = authority;
        }

        return new HttpRequestFeature
        {
            Method = HttpMethods.GetCanonicalizedValue(request.Method),
            Scheme = request.Scheme ?? "http",

            // Nothing of a connection belongs to it, and trailers go either way.
            Protocol = HttpProtocol.Http2,
            RawTarget = target,
            Path = Uri.UnescapeDataString(question < 0 ? target : target[..question]),
            QueryString = question < 0 ? "" : target[question..],
            Headers = headers,
            Body = (request.Body ?? NoRequestBody.Instance).AsStream(leaveOpen: true),
        };
    }

    /// <summary>Fields of a guest as the framework has them.</summary>
    public static HeaderDictionary Headers(IReadOnlyList<KeyValuePair<string, byte[]>> fields, FieldEncoding encoding)
    {
        var headers = new HeaderDictionary(fields.Count);
        foreach (var (name, value) in fields)
        {
            headers[name] = StringValues.Concat(headers[name], encoding.RequestTextOf(name, value));
        }

        return headers;
    }
}

/// <summary>Body of a request that a middleware passes on.</summary>
internal sealed class PassedRequestBody(NextRequest request) : IRequestBodyPipeFeature, IHttpRequestBodyDetectionFeature
{
    /// <inheritdoc/>
    public PipeReader Reader => request.Body ?? NoRequestBody.Instance;

    /// <inheritdoc/>
    public bool CanHaveBody => request.Body is not null;
}

/// <summary>Trailers of a request that a middleware passes on; read after its body has ended.</summary>
internal sealed class PassedRequestTrailers(NextRequest request, FieldEncoding encoding) : IHttpRequestTrailersFeature
{
    /// <inheritdoc/>
    public bool Available => true;

    /// <inheritdoc/>
    public IHeaderDictionary Trailers => PassedRequest.Headers(request.Trailers(), encoding);
}
