using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io.V03;

namespace Mik.Wasi.Http.V03;

/// <summary>The way of a guest's response to its client: head, body as it is written, trailers; and what the guest is told of it.</summary>
internal sealed class ResponseTransmission(WasiContext wasi, HttpExchange exchange)
{
    private Message _message = null!;
    private OutgoingBody _body = null!;
    private GuestFuture<Result<Fields?, ErrorCode>> _trailers = null!;

    /// <summary>Whether the response was handed over to its end.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Why it must be cut, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Sends the head, and takes what comes of the body from now on.</summary>
    /// <exception cref="InvalidResponseException">The response is none that HTTP allows.</exception>
    public void Start(Response response)
    {
        _message = response.Message;
        var outgoing = OutgoingResponse.Create(wasi, _message.Fields);
        outgoing.SetStatusCode(response.GetStatusCode());
        exchange.Response.Start(response.GetStatusCode(), _message.Fields.List);
        _body = outgoing.Body(wasi).Value!;
        _body.Attach(exchange.Response.Body);
        wasi.ResponseStream = _body.Stream;
        (var contents, _trailers) = _message.Take();
        if (!outgoing.Framing.HasContent)
        {
            contents.Dispose();
            _trailers.Dispose();
            OutgoingBody.Finish(wasi, _body, null);
            End(default(Unit));
            return;
        }
        wasi.Tasks.Hold();
        StreamPump.Connect(wasi.Tasks, contents, new OutputSink(_body.Stream, EndBody));
    }

    private void EndBody()
    {
        if (!_body.Stream.CheckWrite().IsOk)
        {
            // Its length is wrong, or the client has gone: nothing that follows matters.
            _trailers.Dispose();
            Finish(null);
            return;
        }
        _trailers.WhenResolved(TakeTrailers);
    }

    private void TakeTrailers(Result<Fields?, ErrorCode> given)
    {
        if (given.IsOk)
        {
            Finish(given.Value?.Inner);
        }
        else
        {
            Cut(given.Error, new IncompleteBodyException($"its trailers are an error: {given.Error}"));
        }
    }

    private void Finish(Types.Fields? trailers)
    {
        var finished = OutgoingBody.Finish(wasi, _body, trailers);
        if (!finished.IsOk)
        {
            Cut(finished.Error, new InvalidResponseException(wasi.LengthFault ?? $"{finished.Error}"));
            return;
        }
        if (_body.Trailers is { List.Count: > 0 } sent)
        {
            exchange.Response.Trailers(sent.List);
        }
        AwaitFlush();
    }

    // The last bytes are on their way, or with whoever sends them at the end.
    private void AwaitFlush()
    {
        if (_body.Stream.Flushing is { } flushing)
        {
            wasi.Tasks.Await(flushing, AwaitFlush);
            return;
        }
        wasi.Tasks.Release();
        End(_body.Stream.HasFailed ? ErrorCode.Of("connection-terminated") : default(Unit));
    }

    private void Cut(ErrorCode error, Exception failure)
    {
        Failure = failure;
        exchange.Response.Break(failure);
        wasi.Tasks.Release();
        _message.EndTransmission(error);
    }

    private void End(Result<Unit, ErrorCode> result)
    {
        IsWhole = true;
        wasi.ResponseStream = null;
        exchange.Response.Finish();
        _message.EndTransmission(result);
    }
}
