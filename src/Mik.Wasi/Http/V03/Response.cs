using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.V03;

/// <summary><c>wasi:http/types</c>: <c>resource response</c>: the guest's own, or the answer to its request.</summary>
/// <param name="message">Fields and body.</param>
/// <param name="status">The status code.</param>
[WitResource("wasi:http/types", "response")]
internal sealed class Response(Message message, ushort status = 200) : IDisposable
{
    private ushort _status = status;

    /// <summary>Fields and body.</summary>
    internal Message Message => message;

    /// <summary>
    /// <c>new: static func(headers: headers, contents: option&lt;stream&lt;u8&gt;&gt;, trailers: future&lt;result&lt;option&lt;trailers&gt;,
    /// error-code&gt;&gt;) -> tuple&lt;response, future&lt;result&lt;_, error-code&gt;&gt;&gt;</c>
    /// </summary>
    public static (Response Response, GuestFuture<Result<Unit, ErrorCode>> Transmission) New(
        Fields headers, GuestStream? contents, GuestFuture<Result<Fields?, ErrorCode>> trailers)
    {
        var transmission = new GuestFuture<Result<Unit, ErrorCode>>();
        return (new Response(new Message(headers.Inner, contents, trailers, transmission)), transmission);
    }

    /// <summary><c>get-status-code: func() -> status-code</c></summary>
    public ushort GetStatusCode() => _status;

    /// <summary><c>set-status-code: func(status-code: status-code) -> result</c></summary>
    public Result<Unit, Unit> SetStatusCode(ushort statusCode)
    {
        if (statusCode is < 100 or > 999)
        {
            return Result<Unit, Unit>.Err(default);
        }
        _status = statusCode;
        return Result<Unit, Unit>.Ok(default);
    }

    /// <summary><c>get-headers: func() -> headers</c></summary>
    public Fields GetHeaders() => message.View();

    /// <summary>
    /// <c>consume-body: static func(this: response, res: future&lt;result&lt;_, error-code&gt;&gt;) -> tuple&lt;stream&lt;u8&gt;,
    /// future&lt;result&lt;option&lt;trailers&gt;, error-code&gt;&gt;&gt;</c>
    /// </summary>
    public static (GuestStream Contents, GuestFuture<Result<Fields?, ErrorCode>> Trailers) ConsumeBody(Response @this, GuestFuture<Result<Unit, ErrorCode>> res)
    {
        var taken = @this.Message.Take();
        @this.Dispose();
        res.WhenResolved(@this.Message.EndTransmission);
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose() => message.Drop();
}
