using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io.V03;

namespace Mik.Wasi.Http.V03;

/// <summary><c>wasi:http/client</c>: requests that the guest makes.</summary>
[WitInterface("wasi:http/client")]
internal static class Client
{
    /// <summary><c>send: async func(request: request) -> result&lt;response, error-code&gt;</c></summary>
    public static ValueTask<Result<Response, ErrorCode>> Send(WasiHttpContext wasi, Request request, CancellationToken cancellationToken)
    {
        if (wasi.OutgoingHttp is not { } outgoing)
        {
            request.Dispose();
            return new(ErrorCode.Of("HTTP-request-denied"));
        }
        var message = request.Message;
        var outgoingRequest = OutgoingRequest.Create(wasi, message.Fields);
        outgoingRequest.SetMethod(request.GetMethod());
        outgoingRequest.SetPathWithQuery(request.GetPathWithQuery());
        outgoingRequest.SetScheme(request.GetScheme());
        outgoingRequest.SetAuthority(request.GetAuthority());
        request.Passed();
        var body = !message.HasContents ? null : outgoingRequest.Body(wasi).Value;
        var taken = message.Take();
        var transmission = new Transmitter(wasi, message, taken.Trailers);
        if (body is null && transmission.TakeTrailers() is { } refused)
        {
            taken.Contents.Dispose();
            outgoingRequest.Dispose();
            return new(refused);
        }
        var sent = outgoing.Send(wasi, outgoingRequest, request.GetOptions()?.Inner);
        if (!sent.IsOk)
        {
            taken.Contents.Dispose();
            taken.Trailers.Dispose();
            outgoingRequest.Dispose();
            message.EndTransmission(sent.Error);
            return new(sent.Error);
        }
        if (body is not null)
        {
            transmission.SendBody(body, taken.Contents);
        }
        else
        {
            taken.Contents.Dispose();
        }
        var answer = AnswerAsync(wasi, sent.Value, cancellationToken);
        wasi.Tasks.Await(answer, () => transmission.Answered(answer.Result));
        return new(answer);
    }

    private static async Task<Result<Response, ErrorCode>> AnswerAsync(WasiHttpContext wasi, FutureIncomingResponse future, CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.UnsafeRegister(static pending => ((FutureIncomingResponse)pending!).Dispose(), future);
        try
        {
            var answer = await future.Response.ConfigureAwait(false);
            future.Take();
            return new Response(ArrivedBody.MessageOf(wasi, answer), answer.Status());
        }
        catch (Exception exception) when (exception is not Wasm.Execution.Trap)
        {
            return ErrorCodes.FromException(exception);
        }
    }
}

/// <summary>Sends the body of a request, and tells the guest how that ended.</summary>
internal sealed class Transmitter(WasiHttpContext wasi, Message message, GuestFuture<Result<Fields?, ErrorCode>> trailers)
{
    private OutgoingBody? _body;

    /// <summary>Connects the guest's body with the request's.</summary>
    public void SendBody(OutgoingBody body, GuestStream contents)
    {
        _body = body;
        wasi.RequestStreams.Add(body.Stream);
        StreamPump.Connect(wasi.Tasks, contents, new OutputSink(body.Stream, EndContents));
    }

    /// <summary>The request has no body, and fields behind it cannot be sent: why it is not to be sent at all, if the guest has said so by now.</summary>
    public ErrorCode? TakeTrailers()
    {
        ErrorCode? refused = null;
        trailers.WhenResolved(given =>
        {
            if (!given.IsOk)
            {
                refused = given.Error;
                End(given.Error);
            }
        });
        trailers.Dispose();
        return refused;
    }

    /// <summary>The request has its answer, or failed.</summary>
    public void Answered(Result<Response, ErrorCode> answer)
    {
        if (!answer.IsOk)
        {
            End(answer.Error);
        }
        else if (_body is null)
        {
            End(default(Unit));
        }
    }

    // The guest is told how the transmission ended; the first time counts.
    private void End(Result<Unit, ErrorCode> result) => message.EndTransmission(result);

    private void EndContents()
    {
        if (_body!.Stream.CheckWrite().IsOk)
        {
            trailers.WhenResolved(EndBody);
            return;
        }
        // Its length is wrong, or nobody takes more of it.
        trailers.Dispose();
        wasi.RequestStreams.Remove(_body.Stream);
        var finished = OutgoingBody.Finish(wasi, _body, null);
        End(finished.IsOk ? ErrorCode.Of("connection-terminated") : finished);
    }

    private void EndBody(Result<Fields?, ErrorCode> given)
    {
        wasi.RequestStreams.Remove(_body!.Stream);
        if (!given.IsOk)
        {
            _body.Dispose();
            End(given.Error);
            return;
        }
        End(OutgoingBody.Finish(wasi, _body, given.Value?.Inner));
    }
}
