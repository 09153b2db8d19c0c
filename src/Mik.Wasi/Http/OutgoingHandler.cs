using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http;

/// <summary><c>wasi:http/outgoing-handler</c>: requests that the guest makes.</summary>
[WitInterface("wasi:http/outgoing-handler")]
internal static class OutgoingHandler
{
    /// <summary>
    /// <c>handle: func(request: outgoing-request, options: option&lt;request-options&gt;) -> result&lt;future-incoming-response, error-code&gt;</c>
    /// </summary>
    public static Result<FutureIncomingResponse, ErrorCode> Handle(WasiHttpContext wasi, OutgoingRequest request, RequestOptions? options)
    {
        var sent = wasi.OutgoingHttp is { } outgoing ? outgoing.Send(wasi, request, options) : ErrorCode.Of("HTTP-request-denied");
        if (!sent.IsOk)
        {
            request.Dispose();
        }
        return sent;
    }
}
