using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http.V03;

/// <summary><c>wasi:http/types</c>: <c>resource request</c>: the one that the guest answers, or one that it makes.</summary>
/// <param name="message">Fields and body.</param>
/// <param name="budget">What its texts draw on that the guest sets.</param>
/// <param name="options">How it is sent, or null.</param>
[WitResource("wasi:http/types", "request")]
internal sealed class Request(Message message, ResourceBudget budget, RequestOptions? options = null) : IDisposable
{
    private Method _method = Method.Get;
    private string? _pathWithQuery;
    private Scheme? _scheme;
    private string? _authority;
    private HeldText _held = new(budget);

    /// <summary>Fields and body.</summary>
    internal Message Message => message;

    /// <summary>A request that has arrived.</summary>
    internal static Request Arrived(WasiContext wasi, HttpExchange exchange) =>
        new(ArrivedBody.MessageOf(wasi, exchange), wasi.Budget)
        {
            _method = Method.Parse(exchange.Method),
            _pathWithQuery = exchange.PathWithQuery,
            _scheme = Scheme.Parse(exchange.Scheme),
            _authority = exchange.Authority,
        };

    /// <summary>
    /// <c>new: static func(headers: headers, contents: option&lt;stream&lt;u8&gt;&gt;, trailers: future&lt;result&lt;option&lt;trailers&gt;,
    /// error-code&gt;&gt;, options: option&lt;request-options&gt;) -> tuple&lt;request, future&lt;result&lt;_, error-code&gt;&gt;&gt;</c>
    /// </summary>
    public static (Request Request, GuestFuture<Result<Unit, ErrorCode>> Transmission) New(
        WasiContext wasi, Fields headers, GuestStream? contents, GuestFuture<Result<Fields?, ErrorCode>> trailers, RequestOptions? options)
    {
        var transmission = new GuestFuture<Result<Unit, ErrorCode>>();
        return (new Request(new Message(headers.Inner, contents, trailers, transmission), wasi.Budget, options?.Frozen()), transmission);
    }

    /// <summary><c>get-method: func() -> method</c></summary>
    public Method GetMethod() => _method;

    /// <summary><c>set-method: func(method: method) -> result</c></summary>
    public Result<Unit, Unit> SetMethod(Method method) => Set(method.IsValid, ref _method, method, _method.Payload, method.Payload);

    /// <summary><c>get-path-with-query: func() -> option&lt;string&gt;</c></summary>
    public string? GetPathWithQuery() => _pathWithQuery;

    /// <summary><c>set-path-with-query: func(path-with-query: option&lt;string&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetPathWithQuery(string? pathWithQuery) =>
        Set(pathWithQuery is null || HttpTokens.IsPathWithQuery(pathWithQuery), ref _pathWithQuery, pathWithQuery, _pathWithQuery, pathWithQuery);

    /// <summary><c>get-scheme: func() -> option&lt;scheme&gt;</c></summary>
    public Scheme? GetScheme() => _scheme;

    /// <summary><c>set-scheme: func(scheme: option&lt;scheme&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetScheme(Scheme? scheme) =>
        Set(scheme is not { } value || HttpTokens.IsScheme(value.ToString()), ref _scheme, scheme, _scheme?.Payload, scheme?.Payload);

    /// <summary><c>get-authority: func() -> option&lt;string&gt;</c></summary>
    public string? GetAuthority() => _authority;

    /// <summary><c>set-authority: func(authority: option&lt;string&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetAuthority(string? authority) =>
        Set(authority is null || HttpTokens.IsAuthority(authority), ref _authority, authority, _authority, authority);

    /// <summary><c>get-options: func() -> option&lt;request-options&gt;</c></summary>
    public RequestOptions? GetOptions() => options;

    /// <summary><c>get-headers: func() -> headers</c></summary>
    public Fields GetHeaders() => message.View();

    /// <summary>
    /// <c>consume-body: static func(this: request, res: future&lt;result&lt;_, error-code&gt;&gt;) -> tuple&lt;stream&lt;u8&gt;,
    /// future&lt;result&lt;option&lt;trailers&gt;, error-code&gt;&gt;&gt;</c>
    /// </summary>
    public static (GuestStream Contents, GuestFuture<Result<Fields?, ErrorCode>> Trailers) ConsumeBody(Request @this, GuestFuture<Result<Unit, ErrorCode>> res)
    {
        var taken = @this.Message.Take();
        @this.Dispose();
        res.WhenResolved(@this.Message.EndTransmission);
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        message.Drop();
        _held.End();
    }

    /// <summary>What it says was passed on.</summary>
    internal void Passed() => _held.End();

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
