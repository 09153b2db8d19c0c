namespace Mik.Server.Tests;

/// <summary>A clock that stands still until it is moved. Timers run by the real one.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => _startedAt.AddTicks(GetTimestamp() - TimeSpan.TicksPerDay);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
