using Mik.Wasi.Io;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Clocks;

/// <summary>An instant that a guest waits for. There is a timer only while it does, and none once the pollable was dropped.</summary>
internal sealed class ClockTimer(WasiContext wasi, ulong when) : IPollSource, IDisposable
{
    private const ulong NanosecondsPerMillisecond = 1_000_000;

    // The longest wait that a timer takes (about 49 days); a longer one is waited for in pieces.
    private const ulong LongestTimer = uint.MaxValue - 1;

    private CancellationTokenSource? _stop;
    private Task? _timer;

    /// <inheritdoc/>
    public bool IsReady() => MonotonicClock.Read(wasi) >= when;

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
        var now = MonotonicClock.Read(wasi);

        // Timers count whole milliseconds and leave out the rest: with that, the last one would be spent asking for the time again and again.
        var milliseconds = when <= now ? 0 : Math.Min(((when - now - 1) / NanosecondsPerMillisecond) + 1, LongestTimer);
        return Task.Delay(TimeSpan.FromMilliseconds(milliseconds), wasi.TimeProvider, _stop.Token);
    }
}
