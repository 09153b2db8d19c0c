using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Mik.AspNetCore.Bodies;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Fields;
using Mik.AspNetCore.Passing;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;

namespace Mik.AspNetCore.Execution;

/// <summary>
/// Takes a guest's answer and passes it to Kestrel: head, body, trailers, or an error code. All calls come on the guest's thread, while
/// the thread of the request waits, so nothing here is shared but the end: the response of a guest that runs on is ended meanwhile.
/// </summary>
/// <param name="http">Where the response goes.</param>
/// <param name="stamp">What the host adds to its head.</param>
/// <param name="deadline">Tells when a guest runs on behind its response.</param>
/// <param name="isCalled">Whether somebody called the guest in this process: when that one ends, so does the guest.</param>
/// <param name="encoding">How the values of fields are strings.</param>
internal sealed class ResponseReceiver(
    HttpContext http, IResponseStamp? stamp, RequestDeadline deadline, bool isCalled, FieldEncoding encoding) : IResponseReceiver, IDelayedCall
{
    // Most guests return at once when they have answered: then one write to the connection does for all.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(20);

    private static readonly TaskCompletionSource Unneeded = new();

    private TaskCompletionSource? _ending;
    private ResponseFraming _framing;
    private long? _declared;
    private ResponseBody? _body;
    private ChunkedBody? _chunked;
    private IReadOnlyList<KeyValuePair<string, byte[]>> _trailers = [];

    /// <summary>The body of the request; null when there is none.</summary>
    public RequestBody? RequestBody { get; set; }

    /// <summary>Whether the guest has answered with a response.</summary>
    public bool IsStarted => _body is not null;

    /// <summary>Whether the client has not yet taken what the guest gave.</summary>
    public bool IsBlocked => _body is { IsBlocked: true };

    /// <summary>Whether all bytes that the response announces were given to the connection: then the client lacks nothing, whatever the guest does.</summary>
    public bool IsDelivered => _framing.HasContent && _body is { UnsentLength: null } body && _declared == body.Written;

    /// <summary>The guest's own error code, if that was its answer.</summary>
    public ErrorCode? Error { get; private set; }

    /// <summary>Why the guest was ended behind a response that could no longer be whole, or null.</summary>
    public Exception? BrokenBy { get; private set; }

    /// <summary>What the guest's author should hear of, or null.</summary>
    public string? Warning { get; private set; }

    /// <summary>Why the response cannot be sent as it is, once the guest has returned; null when it can.</summary>
    public string? Fault => _framing.FaultOf(_declared, _body!.Written);

    /// <inheritdoc/>
    public PipeWriter Body => _body ?? throw new InvalidOperationException("The response has not started.");

    /// <inheritdoc/>
    public void Start(int status, IReadOnlyList<KeyValuePair<string, byte[]>> headers)
    {
        if (status < StatusCodes.Status200OK)
        {
            // A client would go on waiting for the real one (RFC 9110, 15.2).
            throw new InvalidResponseException($"its status {status} is informational and cannot be the response");
        }

        var response = http.Response;
        response.StatusCode = status;
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, value) = headers[i];
            if (name.Equals("content-length", StringComparison.OrdinalIgnoreCase))
            {
                Declare(value);
            }
            else if (!ConnectionFields.IsHopByHop(name))
            {
                HandlerFields.Add(response.Headers, name, encoding.TextOf(name, value));
            }
        }

        stamp?.Stamp();
        _framing = ResponseFraming.Of(http.Request.Method, status);
        response.ContentLength = _framing.LengthOf(_declared, written: null);
        if (_framing.HasContent && response.ContentLength is null && TakesChunkedTrailers(http.Request))
        {
            response.Headers.TransferEncoding = "chunked";
            _chunked = new ChunkedBody(response.BodyWriter);
        }

        _body = new ResponseBody((PipeWriter?)_chunked ?? response.BodyWriter, _framing, _declared);
    }

    /// <inheritdoc/>
    public void Trailers(IReadOnlyList<KeyValuePair<string, byte[]>> trailers) => _trailers = trailers;

    /// <summary>Ends a response whose body is whole: sends the trailers where the protocol and the client take them.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        var response = http.Response;
        if (_chunked is not null)
        {
            _body!.PassOn();
            await _chunked.EndAsync(_trailers, cancellationToken);
            return;
        }

        if (_body!.UnsentLength is { } length)
        {
            // A body that was written whole before it was sent needs no chunks. A middleware gets what the guest declared, since it may change the body.
            if (http.Features.Get<IHttpResponseBodyFeature>() is not PassedResponse)
            {
                response.ContentLength = _framing.LengthOf(_declared, Warning is null ? length : null);
            }

            _body.PassOn();
        }

        if (_trailers.Count > 0 && _framing.HasContent && http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers)
        {
            foreach (var (name, value) in _trailers.Where(trailer => ConnectionFields.MayTrail(trailer.Key)))
            {
                HandlerFields.Add(trailers, name, encoding.TextOf(name, value));
            }
        }

        // Of a body with a length, Kestrel sends no bytes at the end that were not flushed.
        if (_body.UnflushedBytes > 0)
        {
            await _body.FlushAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        if (Fault is { } fault)
        {
            Break(new InvalidResponseException(fault));
            return;
        }

        deadline.CallAfter(Grace, this);
    }

    /// <inheritdoc/>
    public void Break(Exception failure)
    {
        BrokenBy ??= failure;
        deadline.CallAfter(Grace, this);
    }

    /// <summary>The guest has returned. Gives the end of the response that came before, or null when it is still to be ended.</summary>
    public Task? EndedWhileGuestRan() => TakeEnding()?.Task;

    /// <inheritdoc/>
    public void Fail(ErrorCode error) => Error = error;

    /// <inheritdoc/>
    public void Warn(string what) => Warning ??= what;

    /// <inheritdoc/>
    /// <remarks>The guest runs on though its response is all said: that is ended without it, or the guest, when nothing can come of its response.</remarks>
    void IDelayedCall.Call()
    {
        if (BrokenBy is not null)
        {
            if (Interlocked.CompareExchange(ref _ending, Unneeded, null) is null)
            {
                deadline.Stop(StopReason.ResponseBroken);
            }

            return;
        }

        var ending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _ending, ending, null) is null)
        {
            // The client has what it came for: that it leaves says nothing any more.
            if (!isCalled)
            {
                deadline.IgnoreClient();
            }

            _ = CompleteAsync(ending);
        }
    }

    private TaskCompletionSource? TakeEnding()
    {
        var ending = Interlocked.CompareExchange(ref _ending, Unneeded, null);
        return ending == Unneeded ? null : ending;
    }

    private async Task CompleteAsync(TaskCompletionSource ending)
    {
        try
        {
            var response = http.Response;
            if (!response.HasStarted && HttpProtocol.IsHttp11(http.Request.Protocol))
            {
                // The next request on the connection would wait until the guest returns.
                response.Headers.Connection = "close";
            }

            await EndAsync(deadline.Token);
            await response.CompleteAsync();
            if (EndsWithItsConnection(http) && RequestBody is null or { HasEnded: true })
            {
                // The server would close it when the guest has returned. A client that still sends would find it closed, and not read its answer.
                http.Features.Get<IConnectionTransportFeature>()?.Transport.Output.Complete();
            }

            ending.SetResult();
        }
        catch (Exception exception)
        {
            ending.SetException(exception);
        }
    }

    /// <summary>Whether the client takes the end of the connection for the end of the response, or for what comes next (RFC 9112, 6.3 and 9.6).</summary>
    private static bool EndsWithItsConnection(HttpContext http) =>
        HttpProtocol.IsHttp10(http.Request.Protocol) ? !Says(http.Request.Headers.Connection, "keep-alive")
        : HttpProtocol.IsHttp11(http.Request.Protocol) && (Says(http.Request.Headers.Connection, "close") || Says(http.Response.Headers.Connection, "close"));

    private static bool Says(StringValues field, string option) =>
        field.Any(value => value is not null && value.Contains(option, StringComparison.OrdinalIgnoreCase));

    private void Declare(byte[] value)
    {
        if (!HttpTokens.TryParseLength(value, out var length))
        {
            throw new InvalidResponseException($"its content-length '{Encoding.Latin1.GetString(value)}' is no number of bytes");
        }

        if (_declared is { } other && other != length)
        {
            throw new InvalidResponseException($"its content-length is {other} and {length}");
        }

        _declared = length;
    }

    private static bool TakesChunkedTrailers(HttpRequest request) =>
        HttpProtocol.IsHttp11(request.Protocol)
        && request.Headers.TE is { Count: > 0 } accepted
        && accepted.Any(value => value is not null && value.Contains("trailers", StringComparison.OrdinalIgnoreCase));
}
