using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Server.Handlers;

/// <summary>
/// Takes a guest's answer and passes it to Kestrel: head, body, trailers, or an error code. All calls come on the guest's thread, while
/// the thread of the request waits, so nothing here is shared.
/// </summary>
internal sealed class ResponseReceiver(RequestContext request) : IResponseReceiver
{
    private ResponseBody? _body;
    private ChunkedBody? _chunked;
    private IReadOnlyList<KeyValuePair<string, byte[]>> _trailers = [];

    /// <summary>Whether the guest has answered with a response.</summary>
    public bool IsStarted => _body is not null;

    /// <summary>Whether the client has not yet taken what the guest gave.</summary>
    public bool IsBlocked => _body is { IsBlocked: true };

    /// <summary>The guest's own error code, if that was its answer.</summary>
    public ErrorCode? Error { get; private set; }

    /// <inheritdoc/>
    public PipeWriter Body => _body ?? throw new InvalidOperationException("The response has not started.");

    /// <inheritdoc/>
    public void Start(int status, IReadOnlyList<KeyValuePair<string, byte[]>> headers)
    {
        if (status < StatusCodes.Status200OK)
        {
            // A client would go on waiting for the real one (RFC 9110, 15.2).
            throw new Trap(TrapKind.CanonicalAbi, $"status {status} is informational and cannot be the response");
        }

        var response = request.Http.Response;
        response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            if (!IsConnectionHeader(name))
            {
                response.Headers.Append(name, new StringValues(Encoding.Latin1.GetString(value)));
            }
        }

        request.StampIdentity();
        request.StampHandler();
        var mayHaveBody = MayHaveBody(status);
        if (mayHaveBody && TakesChunkedTrailers(request.Http.Request) && response.ContentLength is null)
        {
            response.Headers.TransferEncoding = "chunked";
            _chunked = new ChunkedBody(response.BodyWriter);
        }

        _body = new ResponseBody((PipeWriter?)_chunked ?? response.BodyWriter, !mayHaveBody);
    }

    /// <inheritdoc/>
    public void Trailers(IReadOnlyList<KeyValuePair<string, byte[]>> trailers) => _trailers = trailers;

    /// <summary>Ends a response whose body is whole: sends the trailers where the protocol and the client take them.</summary>
    public Task EndAsync(CancellationToken cancellationToken)
    {
        var response = request.Http.Response;
        if (_chunked is not null)
        {
            _body!.PassOn();
            return _chunked.EndAsync(_trailers, cancellationToken);
        }

        if (_body!.UnsentLength is { } length)
        {
            // A body that was written whole before it was sent needs no chunks.
            response.ContentLength ??= length;
            _body.PassOn();
        }

        if (_trailers.Count > 0 && response.SupportsTrailers())
        {
            foreach (var (name, value) in _trailers)
            {
                response.AppendTrailer(name, new StringValues(Encoding.Latin1.GetString(value)));
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Fail(ErrorCode error) => Error = error;

    private bool MayHaveBody(int status) =>
        status is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        && !HttpMethods.IsHead(request.Http.Request.Method);

    private static bool TakesChunkedTrailers(HttpRequest request) =>
        HttpProtocol.IsHttp11(request.Protocol)
        && request.Headers.TE is { Count: > 0 } accepted
        && accepted.Any(value => value is not null && value.Contains("trailers", StringComparison.OrdinalIgnoreCase));

    /// <summary>Headers about the connection to the client, which is Kestrel's and not the guest's (RFC 9110, 7.6.1).</summary>
    private static bool IsConnectionHeader(string name) =>
        name.Equals("connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        || name.Equals("upgrade", StringComparison.OrdinalIgnoreCase)
        || name.Equals("proxy-connection", StringComparison.OrdinalIgnoreCase);
}
