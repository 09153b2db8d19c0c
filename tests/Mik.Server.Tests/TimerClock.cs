using System.Diagnostics;

namespace Mik.Server.Tests;

/// <summary>A clock that is moved by hand, and its timers with it: what is to end by the time ends when the test says so, on any machine.</summary>
/// <param name="goesOn">Whether it goes on by itself too; else it stands still.</param>
internal sealed class TimerClock(bool goesOn = false) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly DateTimeOffset _madeAt = DateTimeOffset.UtcNow;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private long _passed;

    private bool GoesOn => goesOn;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _passed) + (GoesOn ? Stopwatch.GetElapsedTime(_startedAt).Ticks : 0);

    public override DateTimeOffset GetUtcNow() => _madeAt.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves it, and runs the timers whose time has come.</summary>
    public void Pass(TimeSpan time)
    {
        Timer[] due;
        lock (_gate)
        {
            Interlocked.Add(ref _passed, time.Ticks);
            due = [.. _timers.Where(timer => timer.TryTake(GetTimestamp()))];
        }

        foreach (var timer in due)
        {
            timer.Run();
        }
    }

    /// <summary>Moves it again and again until something has come of it: what waits for the time may only be about to begin.</summary>
    public async Task PassUntilAsync(Task end, TimeSpan time)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!end.IsCompleted)
        {
            Assert.False(limit.IsCancellationRequested, "time passes, and nothing comes of it");
            Pass(time);
            await Task.Yield();
        }
    }

    private sealed class Timer(TimerClock clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ITimer? _real = clock.GoesOn
            ? TimeProvider.System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) : null;

        private long? _dueAt;
        private TimeSpan _period;

        public void Run() => callback(state);

        /// <summary>Whether it is to run now. Under the clock's gate.</summary>
        public bool TryTake(long now)
        {
            if (!(_dueAt <= now))
            {
                return false;
            }

            _dueAt = _period > TimeSpan.Zero ? now + _period.Ticks : null;
            return true;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _dueAt = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetTimestamp() + dueTime.Ticks;
                _period = period;
            }

            return _real?.Change(dueTime, period) ?? true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _dueAt = null;
                clock._timers.Remove(this);
            }

            _real?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
