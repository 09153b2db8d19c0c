using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource outgoing-request</c>, a request that the guest makes.</summary>
[WitResource("wasi:http/types", "outgoing-request")]
internal sealed class OutgoingRequest : IDisposable
{
    private readonly Fields _headers;
    private Method _method = Types.Method.Get;
    private string? _pathWithQuery;
    private Scheme? _scheme;
    private string? _authority;

    private HeldText _held;

    private OutgoingRequest(Fields headers, ResourceBudget budget) => (_headers, _held) = (headers, new HeldText(budget));

    /// <summary>The body, or null when the guest never asked for it.</summary>
    public OutgoingBody? RequestedBody { get; private set; }

    /// <summary><c>constructor(headers: headers)</c></summary>
    public static OutgoingRequest Create(WasiContext wasi, Fields headers) => new(headers.Freeze(), wasi.Budget);

    /// <summary><c>body: func() -> result&lt;outgoing-body&gt;</c></summary>
    public Result<OutgoingBody, Unit> Body(WasiContext wasi)
    {
        if (RequestedBody is not null)
        {
            return default(Unit);
        }
        return RequestedBody = new OutgoingBody(_headers, budget: wasi.Budget);
    }

    /// <summary><c>method: func() -> method</c></summary>
    public Method Method() => _method;

    /// <summary><c>set-method: func(method: method) -> result</c></summary>
    public Result<Unit, Unit> SetMethod(Method method) => Set(method.IsValid, ref _method, method, _method.Payload, method.Payload);

    /// <summary><c>path-with-query: func() -> option&lt;string&gt;</c></summary>
    public string? PathWithQuery() => _pathWithQuery;

    /// <summary><c>set-path-with-query: func(path-with-query: option&lt;string&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetPathWithQuery(string? pathWithQuery) =>
        Set(pathWithQuery is null || HttpTokens.IsPathWithQuery(pathWithQuery), ref _pathWithQuery, pathWithQuery, _pathWithQuery, pathWithQuery);

    /// <summary><c>scheme: func() -> option&lt;scheme&gt;</c></summary>
    public Scheme? Scheme() => _scheme;

    /// <summary><c>set-scheme: func(scheme: option&lt;scheme&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetScheme(Scheme? scheme) =>
        Set(scheme is not { } value || HttpTokens.IsScheme(value.ToString()), ref _scheme, scheme, _scheme?.Payload, scheme?.Payload);

    /// <summary><c>authority: func() -> option&lt;string&gt;</c></summary>
    public string? Authority() => _authority;

    /// <summary><c>set-authority: func(authority: option&lt;string&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetAuthority(string? authority) =>
        Set(authority is null || HttpTokens.IsAuthority(authority), ref _authority, authority, _authority, authority);

    /// <summary><c>headers: func() -> headers</c></summary>
    public Fields Headers() => _headers.View();

    /// <summary>The fields themselves.</summary>
    internal Fields Fields => _headers;

    /// <summary>The request has been sent, but perhaps for its body.</summary>
    internal void Sent()
    {
        _headers.Dispose();
        _held.End();
    }

    /// <inheritdoc/>
    /// <remarks>The guest dropped it, or it could not be sent.</remarks>
    public void Dispose()
    {
        _headers.Dispose();
        _held.End();
        RequestedBody?.Abandon();
    }

    private Result<Unit, Unit> Set<T>(bool isValid, ref T field, T value, object? before, object? after)
    {
        if (!isValid)
        {
            return Result<Unit, Unit>.Err(default);
        }
        _held.Replace(before, after);
        field = value;
        return Result<Unit, Unit>.Ok(default);
    }
}
