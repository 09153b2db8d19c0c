using Mik.Components.HostBinding;

namespace Mik.Wasi.Clocks;

/// <summary><c>wasi:clocks/wall-clock</c>: <c>record datetime</c>, time since the Unix epoch.</summary>
internal readonly record struct Datetime(ulong Seconds, uint Nanoseconds);

/// <summary><c>wasi:clocks/wall-clock</c>: the time of day.</summary>
[WitInterface("wasi:clocks/wall-clock")]
internal static class WallClock
{
    /// <summary><c>now: func() -> datetime</c></summary>
    public static Datetime Now(WasiContext wasi)
    {
        wasi.Current.Budget.NoteClockReading();
        var ticks = (wasi.TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
        return new((ulong)(ticks / TimeSpan.TicksPerSecond), (uint)(ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond * 1000));
    }

    /// <summary><c>resolution: func() -> datetime</c></summary>
    public static Datetime Resolution() => new(0, 1000);
}
