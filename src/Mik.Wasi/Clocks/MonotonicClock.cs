using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Clocks;

/// <summary><c>wasi:clocks/monotonic-clock</c>: instants and durations in nanoseconds.</summary>
[WitInterface("wasi:clocks/monotonic-clock")]
internal static class MonotonicClock
{
    private const ulong NanosecondsPerTick = 100;

    // The longest wait that a timer takes (about 49 days); a longer one is waited for in pieces.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary><c>now: func() -> instant</c></summary>
    public static ulong Now(WasiContext wasi) =>
        (ulong)((UInt128)(ulong)wasi.TimeProvider.GetTimestamp() * 1_000_000_000 / (ulong)wasi.TimeProvider.TimestampFrequency);

    /// <summary><c>resolution: func() -> duration</c></summary>
    public static ulong Resolution(WasiContext wasi) => Math.Max(1, 1_000_000_000 / (ulong)wasi.TimeProvider.TimestampFrequency);

    /// <summary><c>subscribe-instant: func(when: instant) -> pollable</c></summary>
    public static Pollable SubscribeInstant(WasiContext wasi, ulong when)
    {
        Task? timer = null;
        return new Pollable(
            () => Now(wasi) >= when,
            () => timer is { IsCompleted: false } ? timer : timer = Delay(wasi, when));
    }

    /// <summary><c>subscribe-duration: func(when: duration) -> pollable</c></summary>
    public static Pollable SubscribeDuration(WasiContext wasi, ulong when)
    {
        var now = Now(wasi);
        return SubscribeInstant(wasi, when > ulong.MaxValue - now ? ulong.MaxValue : now + when);
    }

    private static Task Delay(WasiContext wasi, ulong when)
    {
        var now = Now(wasi);
        var ticks = when <= now ? 0 : ((when - now) / NanosecondsPerTick) + 1;
        var duration = ticks > (ulong)LongestTimer.Ticks ? LongestTimer : TimeSpan.FromTicks((long)ticks);
        return Task.Delay(duration, wasi.TimeProvider, wasi.CancellationToken);
    }
}
