using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource request-options</c>. Durations are in nanoseconds.</summary>
[WitResource("wasi:http/types", "request-options")]
internal sealed class RequestOptions
{
    private ulong? _connectTimeout;
    private ulong? _firstByteTimeout;
    private ulong? _betweenBytesTimeout;

    /// <summary><c>constructor()</c></summary>
    public static RequestOptions Create() => new();

    /// <summary><c>connect-timeout: func() -> option&lt;duration&gt;</c></summary>
    public ulong? ConnectTimeout() => _connectTimeout;

    /// <summary><c>set-connect-timeout: func(duration: option&lt;duration&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetConnectTimeout(ulong? duration) => Set(ref _connectTimeout, duration);

    /// <summary><c>first-byte-timeout: func() -> option&lt;duration&gt;</c></summary>
    public ulong? FirstByteTimeout() => _firstByteTimeout;

    /// <summary><c>set-first-byte-timeout: func(duration: option&lt;duration&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetFirstByteTimeout(ulong? duration) => Set(ref _firstByteTimeout, duration);

    /// <summary><c>between-bytes-timeout: func() -> option&lt;duration&gt;</c></summary>
    public ulong? BetweenBytesTimeout() => _betweenBytesTimeout;

    /// <summary><c>set-between-bytes-timeout: func(duration: option&lt;duration&gt;) -> result</c></summary>
    public Result<Unit, Unit> SetBetweenBytesTimeout(ulong? duration) => Set(ref _betweenBytesTimeout, duration);

    /// <summary>A duration as a time span; null when none is set, never longer than a timer can wait.</summary>
    internal static TimeSpan? ToTimeSpan(ulong? nanoseconds) =>
        nanoseconds is { } value ? TimeSpan.FromTicks((long)Math.Clamp(value / 100, 1, (ulong)TimeSpan.FromDays(24).Ticks)) : null;

    private static Result<Unit, Unit> Set(ref ulong? field, ulong? value)
    {
        field = value;
        return Result<Unit, Unit>.Ok(default);
    }
}
