using Mik.Components.HostBinding;

namespace Mik.Wasi.Clocks.V03;

/// <summary><c>wasi:clocks/monotonic-clock</c>: marks and durations in nanoseconds.</summary>
[WitInterface("wasi:clocks/monotonic-clock")]
internal static class MonotonicClock
{
    /// <summary><c>now: func() -> mark</c></summary>
    public static ulong Now(WasiContext wasi) => Clocks.MonotonicClock.Now(wasi);

    /// <summary><c>get-resolution: func() -> duration</c></summary>
    public static ulong GetResolution(WasiContext wasi) => Clocks.MonotonicClock.Resolution(wasi);

    /// <summary><c>wait-until: async func(when: mark)</c></summary>
    public static ValueTask WaitUntil(WasiContext wasi, ulong when, CancellationToken cancellationToken) =>
        Clocks.MonotonicClock.Read(wasi) >= when ? ValueTask.CompletedTask : WaitAsync(wasi, when, cancellationToken);

    /// <summary><c>wait-for: async func(how-long: duration)</c></summary>
    public static ValueTask WaitFor(WasiContext wasi, ulong howLong, CancellationToken cancellationToken)
    {
        var now = Clocks.MonotonicClock.Read(wasi);
        return WaitUntil(wasi, howLong > ulong.MaxValue - now ? ulong.MaxValue : now + howLong, cancellationToken);
    }

    private static async ValueTask WaitAsync(WasiContext wasi, ulong when, CancellationToken cancellationToken)
    {
        using var timer = new ClockTimer(wasi, when);
        while (!timer.IsReady())
        {
            // Guests race timers with what they wait for, and take them back: that is no exception.
            var ready = timer.WhenReady().WaitAsync(cancellationToken);
            await ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            ready.GetAwaiter().GetResult();
        }
    }
}
