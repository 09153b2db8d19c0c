using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Clocks;

/// <summary><c>wasi:clocks/monotonic-clock</c>: instants and durations in nanoseconds.</summary>
[WitInterface("wasi:clocks/monotonic-clock")]
internal static class MonotonicClock
{
    // Finer ones tell guests what others do on the same processor, and what the host does for them.
    private const ulong Tick = 1000;

    /// <summary><c>now: func() -> instant</c></summary>
    public static ulong Now(WasiContext wasi)
    {
        wasi.Current.Budget.NoteClockReading();
        return Read(wasi);
    }

    /// <summary><c>resolution: func() -> duration</c></summary>
    public static ulong Resolution(WasiContext wasi) => Math.Max(Tick, 1_000_000_000 / (ulong)wasi.TimeProvider.TimestampFrequency);

    /// <summary>The time, for the host.</summary>
    internal static ulong Read(WasiContext wasi) =>
        (ulong)((UInt128)(ulong)wasi.TimeProvider.GetTimestamp() * 1_000_000_000 / (ulong)wasi.TimeProvider.TimestampFrequency / Tick) * Tick;

    /// <summary><c>subscribe-instant: func(when: instant) -> pollable</c></summary>
    public static Pollable SubscribeInstant(WasiContext wasi, ulong when)
    {
        var timer = new ClockTimer(wasi, when);
        return new Pollable(timer, timer);
    }

    /// <summary><c>subscribe-duration: func(when: duration) -> pollable</c></summary>
    public static Pollable SubscribeDuration(WasiContext wasi, ulong when)
    {
        var now = Read(wasi);
        return SubscribeInstant(wasi, when > ulong.MaxValue - now ? ulong.MaxValue : now + when);
    }
}
