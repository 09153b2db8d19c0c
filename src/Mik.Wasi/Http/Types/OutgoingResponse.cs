using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource outgoing-response</c>, the guest's answer.</summary>
[WitResource("wasi:http/types", "outgoing-response")]
internal sealed class OutgoingResponse : IDisposable
{
    private readonly WasiContext _wasi;
    private readonly Fields _headers;
    private ushort _status = 200;

    private OutgoingResponse(WasiContext wasi, Fields headers)
    {
        _wasi = wasi;
        _headers = headers;
    }

    /// <summary>The body, or null when the guest never asked for it.</summary>
    public OutgoingBody? RequestedBody { get; private set; }

    /// <summary><c>constructor(headers: headers)</c></summary>
    public static OutgoingResponse Create(WasiContext wasi, Fields headers) => new(wasi, headers.Freeze());

    /// <summary><c>status-code: func() -> status-code</c></summary>
    public ushort StatusCode() => _status;

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

    /// <summary><c>headers: func() -> headers</c></summary>
    public Fields Headers() => _headers.View();

    /// <summary>The fields themselves.</summary>
    internal Fields Fields => _headers;

    /// <summary><c>body: func() -> result&lt;outgoing-body&gt;</c></summary>
    public Result<OutgoingBody, Unit> Body(WasiContext wasi)
    {
        if (RequestedBody is not null)
        {
            return default(Unit);
        }
        return RequestedBody = new OutgoingBody(_headers, this, wasi.Budget);
    }

    /// <inheritdoc/>
    /// <remarks>The guest dropped it: it will never be sent.</remarks>
    public void Dispose()
    {
        _headers.Dispose();
        RequestedBody?.Abandon();
    }

    /// <summary>What of it goes over the wire, by what is known so far.</summary>
    internal ResponseFraming Framing => ResponseFraming.Of(_wasi.RequestMethod, _status);

    /// <summary>Its body has not the length that it declares.</summary>
    internal void Report(string lengthFault) => _wasi.LengthFault ??= lengthFault;
}
