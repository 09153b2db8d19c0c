using Mik.Wasi.Io;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Clocks;

/// <summary>An instant that a guest waits for. There is a timer only while it does, and none once the pollable was dropped.</summary>
internal sealed class ClockTimer(WasiContext wasi, ulong when) : IPollSource, IDisposable
{
    private const ulong NanosecondsPerTick = 100;

    // The longest wait that a timer takes (about 49 days); a longer one is waited for in pieces.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private CancellationTokenSource? _stop;
    private Task? _timer;

    /// <inheritdoc/>
    public bool IsReady() => MonotonicClock.Now(wasi) >= when;

    /// <inheritdoc/>
    public Task WhenReady() => _timer is { IsCompleted: false } ? _timer : _timer = Start();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stop is { } stop)
        {
            _stop = null;
            stop.Cancel();
            stop.Dispose();
            wasi.Budget.Release(WasiLimits.TimerBytes);
        }
    }

    private Task Start()
    {
        if (_stop is null)
        {
            wasi.Budget.Charge(LimitedResource.Timers, WasiLimits.TimerBytes);
            // In an instance that others share, it may be waited for when its request is over.
            _stop = wasi.Trace.IsOwn ? new() : CancellationTokenSource.CreateLinkedTokenSource(wasi.CancellationToken);
        }
        var now = MonotonicClock.Now(wasi);
        var ticks = when <= now ? 0 : ((when - now) / NanosecondsPerTick) + 1;
        var duration = ticks > (ulong)LongestTimer.Ticks ? LongestTimer : TimeSpan.FromTicks((long)ticks);
        return Task.Delay(duration, wasi.TimeProvider, _stop.Token);
    }
}
