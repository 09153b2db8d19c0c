namespace Mik.Server.Pipeline;

/// <summary>
/// Holds answers back for a moment while very many requests are turned away. Clients that ask again at once would otherwise make the more of
/// them the sooner they are answered, and take the processor from the guests that were admitted.
/// </summary>
/// <param name="clock">Time.</param>
internal sealed class RefusalPause(TimeProvider clock)
{
    /// <summary>Refusals a second and processor that are answered at once: about 6 % of its time.</summary>
    private const int Free = 5_000;

    /// <summary>How long they are counted before the count says something.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(50);

    /// <summary>Refusals of one window that are answered at once.</summary>
    public static readonly int FreeInWindow = (int)(Free * Environment.ProcessorCount * Window.TotalSeconds);

    // The shortest: with what the timer and the queue add, clients see 4 to 7 ms.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private long _windowStartedAt;
    private int _inWindow;
    private volatile bool _isFlood;

    /// <summary>Ends when an answer may be sent that is there now.</summary>
    public Task PassAsync()
    {
        var now = clock.GetTimestamp();
        var startedAt = Volatile.Read(ref _windowStartedAt);
        if (clock.GetElapsedTime(startedAt, now) >= Window && Interlocked.CompareExchange(ref _windowStartedAt, now, startedAt) == startedAt)
        {
            var count = Interlocked.Exchange(ref _inWindow, 0);
            _isFlood = count > FreeInWindow && clock.GetElapsedTime(startedAt, now) < 2 * Window;
        }

        Interlocked.Increment(ref _inWindow);
        return _isFlood ? Task.Delay(Pause, clock) : Task.CompletedTask;
    }
}
