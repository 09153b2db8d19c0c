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
        var sent = outgoing.Send(wasi, outgoingRequest, request.GetOptions()?.Inner);
        var taken = message.Take();
        if (!sent.IsOk)
        {
            taken.Contents.Dispose();
            taken.Trailers.Dispose();
            outgoingRequest.Dispose();
            message.EndTransmission(sent.Error);
            return new(sent.Error);
        }
        var transmission = new Transmitter(wasi, message);
        if (body is not null)
        {
            transmission.SendBody(body, taken);
        }
        else
        {
            taken.Contents.Dispose();
            taken.Trailers.Dispose();
            transmission.End(default(Unit));
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
internal sealed class Transmitter(WasiHttpContext wasi, Message message)
{
    private OutgoingBody? _body;

    /// <summary>Connects the guest's body with the request's.</summary>
    public void SendBody(OutgoingBody body, (GuestStream Contents, GuestFuture<Result<Fields?, ErrorCode>> Trailers) taken)
    {
        _body = body;
        StreamPump.Connect(wasi.Tasks, taken.Contents, new OutputSink(body.Stream, () => taken.Trailers.WhenResolved(EndBody)));
    }

    /// <summary>The request has its answer, or failed.</summary>
    public void Answered(Result<Response, ErrorCode> answer)
    {
        if (!answer.IsOk)
        {
            End(answer.Error);
        }
    }

    /// <summary>The guest is told how the transmission ended; the first time counts.</summary>
    public void End(Result<Unit, ErrorCode> result) => message.EndTransmission(result);

    private void EndBody(Result<Fields?, ErrorCode> trailers)
    {
        if (!trailers.IsOk)
        {
            _body!.Dispose();
            End(trailers.Error);
            return;
        }
        End(OutgoingBody.Finish(wasi, _body!, trailers.Value?.Inner));
    }
}
