using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource incoming-request</c>, the request that the guest answers.</summary>
[WitResource("wasi:http/types", "incoming-request")]
internal sealed class IncomingRequest(HttpExchange exchange)
{
    private Fields? _headers;
    private bool _isConsumed;

    /// <summary><c>method: func() -> method</c></summary>
    [WitFunction("[method]incoming-request.method")]
    public Method GetMethod() => Method.Parse(exchange.Method);

    /// <summary><c>path-with-query: func() -> option&lt;string&gt;</c></summary>
    public string? PathWithQuery() => exchange.PathWithQuery;

    /// <summary><c>scheme: func() -> option&lt;scheme&gt;</c></summary>
    [WitFunction("[method]incoming-request.scheme")]
    public Scheme? GetScheme() => Scheme.Parse(exchange.Scheme);

    /// <summary><c>authority: func() -> option&lt;string&gt;</c></summary>
    public string? Authority() => exchange.Authority;

    /// <summary><c>headers: func() -> headers</c></summary>
    public Fields Headers() => _headers ??= Fields.Received(exchange.RequestHeaders);

    /// <summary><c>consume: func() -> result&lt;incoming-body&gt;</c></summary>
    public Result<IncomingBody, Unit> Consume()
    {
        if (_isConsumed)
        {
            return default(Unit);
        }
        _isConsumed = true;
        return new IncomingBody(exchange.RequestBody, () => exchange.RequestTrailers?.Invoke() is { Count: > 0 } trailers ? Fields.Received(trailers) : null);
    }
}
