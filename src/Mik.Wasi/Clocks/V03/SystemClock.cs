using Mik.Components.HostBinding;

namespace Mik.Wasi.Clocks.V03;

/// <summary><c>wasi:clocks/system-clock</c>: <c>record instant</c>, time since the Unix epoch.</summary>
internal readonly record struct Instant(long Seconds, uint Nanoseconds);

/// <summary><c>wasi:clocks/system-clock</c>: the time of day.</summary>
[WitInterface("wasi:clocks/system-clock")]
internal static class SystemClock
{
    /// <summary><c>now: func() -> instant</c></summary>
    public static Instant Now(WasiContext wasi)
    {
        var now = WallClock.Now(wasi);
        return new((long)now.Seconds, now.Nanoseconds);
    }

    /// <summary><c>get-resolution: func() -> duration</c></summary>
    public static ulong GetResolution() => WallClock.Resolution().Nanoseconds;
}
