using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource response-outparam</c>, where the guest puts its answer, once.</summary>
[WitResource("wasi:http/types", "response-outparam")]
internal sealed class ResponseOutparam(HttpExchange exchange) : IBodyEnd
{
    /// <summary>Whether the guest answered.</summary>
    public bool IsSet { get; private set; }

    /// <summary>The response, when the guest answered with one.</summary>
    public OutgoingResponse? Response { get; private set; }

    /// <summary>Whether the guest has said all of its answer, and the receiver knows.</summary>
    public bool IsFinished { get; private set; }

    /// <summary><c>set: static func(param: response-outparam, response: result&lt;outgoing-response, error-code&gt;)</c></summary>
    public static void Set(WasiContext wasi, ResponseOutparam param, Result<OutgoingResponse, ErrorCode> response)
    {
        param.IsSet = true;
        if (!response.IsOk)
        {
            param.Exchange.Response.Fail(response.Error);
            return;
        }
        param.Response = response.Value;
        var receiver = param.Exchange.Response;
        receiver.Start(response.Value.StatusCode(), response.Value.Fields.List);
        if (response.Value.RequestedBody is not { } body)
        {
            param.Finish();
            return;
        }
        body.Attach(receiver.Body);
        wasi.ResponseStream = body.Stream;
        if (body.State == OutgoingBodyState.Open)
        {
            body.Ended = param;
        }
        else
        {
            ((IBodyEnd)param).End(wasi);
        }
    }

    private HttpExchange Exchange => exchange;

    /// <inheritdoc/>
    void IBodyEnd.End(WasiContext? wasi)
    {
        var body = Response!.RequestedBody!;
        if (body.State == OutgoingBodyState.Broken)
        {
            if (body.Fault is { } fault)
            {
                exchange.Response.Break(fault);
            }
            return;
        }
        body.Stream.Drain(wasi!);
        if (body.Trailers is { List.Count: > 0 } trailers)
        {
            exchange.Response.Trailers(trailers.List);
        }
        Finish();
    }

    private void Finish()
    {
        IsFinished = true;
        exchange.Response.Finish();
    }
}
