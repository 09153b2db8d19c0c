using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.V03;

/// <summary><c>wasi:http/types</c>: <c>resource request-options</c>. Durations are in nanoseconds.</summary>
/// <param name="inner">What both versions have.</param>
/// <param name="isImmutable">Whether they belong to a request.</param>
[WitResource("wasi:http/types", "request-options")]
internal sealed class RequestOptions(Types.RequestOptions inner, bool isImmutable = false)
{
    /// <summary>What both versions have.</summary>
    internal Types.RequestOptions Inner => inner;

    /// <summary><c>constructor()</c></summary>
    public static RequestOptions Create() => new(Types.RequestOptions.Create());

    /// <summary><c>get-connect-timeout: func() -> option&lt;duration&gt;</c></summary>
    public ulong? GetConnectTimeout() => inner.ConnectTimeout();

    /// <summary><c>set-connect-timeout: func(duration: option&lt;duration&gt;) -> result&lt;_, request-options-error&gt;</c></summary>
    public Result<Unit, RequestOptionsError> SetConnectTimeout(ulong? duration) => Set(inner.SetConnectTimeout, duration);

    /// <summary><c>get-first-byte-timeout: func() -> option&lt;duration&gt;</c></summary>
    public ulong? GetFirstByteTimeout() => inner.FirstByteTimeout();

    /// <summary><c>set-first-byte-timeout: func(duration: option&lt;duration&gt;) -> result&lt;_, request-options-error&gt;</c></summary>
    public Result<Unit, RequestOptionsError> SetFirstByteTimeout(ulong? duration) => Set(inner.SetFirstByteTimeout, duration);

    /// <summary><c>get-between-bytes-timeout: func() -> option&lt;duration&gt;</c></summary>
    public ulong? GetBetweenBytesTimeout() => inner.BetweenBytesTimeout();

    /// <summary><c>set-between-bytes-timeout: func(duration: option&lt;duration&gt;) -> result&lt;_, request-options-error&gt;</c></summary>
    public Result<Unit, RequestOptionsError> SetBetweenBytesTimeout(ulong? duration) => Set(inner.SetBetweenBytesTimeout, duration);

    /// <summary><c>clone: func() -> request-options</c></summary>
    public RequestOptions Clone()
    {
        var clone = Types.RequestOptions.Create();
        clone.SetConnectTimeout(inner.ConnectTimeout());
        clone.SetFirstByteTimeout(inner.FirstByteTimeout());
        clone.SetBetweenBytesTimeout(inner.BetweenBytesTimeout());
        return new RequestOptions(clone);
    }

    /// <summary>The same options, not to be changed.</summary>
    internal RequestOptions Frozen() => new(inner, isImmutable: true);

    private Result<Unit, RequestOptionsError> Set(Func<ulong?, Result<Unit, Unit>> set, ulong? duration)
    {
        if (isImmutable)
        {
            return RequestOptionsError.Immutable;
        }
        set(duration);
        return default(Unit);
    }
}
