using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Clocks;

/// <summary><c>wasi:clocks/monotonic-clock</c>: instants and durations in nanoseconds.</summary>
[WitInterface("wasi:clocks/monotonic-clock")]
internal static class MonotonicClock
{
    /// <summary><c>now: func() -> instant</c></summary>
    public static ulong Now(WasiContext wasi) =>
        (ulong)((UInt128)(ulong)wasi.TimeProvider.GetTimestamp() * 1_000_000_000 / (ulong)wasi.TimeProvider.TimestampFrequency);

    /// <summary><c>resolution: func() -> duration</c></summary>
    public static ulong Resolution(WasiContext wasi) => Math.Max(1, 1_000_000_000 / (ulong)wasi.TimeProvider.TimestampFrequency);

    /// <summary><c>subscribe-instant: func(when: instant) -> pollable</c></summary>
    public static Pollable SubscribeInstant(WasiContext wasi, ulong when)
    {
        var timer = new ClockTimer(wasi, when);
        return new Pollable(timer, timer);
    }

    /// <summary><c>subscribe-duration: func(when: duration) -> pollable</c></summary>
    public static Pollable SubscribeDuration(WasiContext wasi, ulong when)
    {
        var now = Now(wasi);
        return SubscribeInstant(wasi, when > ulong.MaxValue - now ? ulong.MaxValue : now + when);
    }
}
