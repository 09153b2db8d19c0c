using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Events;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// Passes events to a slow destination on a thread of its own, so that requests never wait for a terminal or a disk. When the destination is too
/// slow for too long, events are dropped and counted.
/// </summary>
internal sealed class BackgroundSink : ILogEventSink, IDisposable
{
    private const int MaxWaiting = 8192;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    private readonly BlockingCollection<LogEvent> _waiting = new(MaxWaiting);
    private readonly Action<LogEvent> _write;
    private readonly Action<long> _idle;
    private readonly IDisposable? _destination;
    private readonly Thread _thread;
    private long _dropped;
    private int _ended;

    /// <summary>A sink that is running.</summary>
    /// <param name="write">Takes one event.</param>
    /// <param name="idle">Called when nothing waits, with the number of events dropped since the last time.</param>
    /// <param name="destination">Disposed after the last event.</param>
    public BackgroundSink(Action<LogEvent> write, Action<long> idle, IDisposable? destination = null)
    {
        _write = write;
        _idle = idle;
        _destination = destination;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        try
        {
            if (!_waiting.IsAddingCompleted && !_waiting.TryAdd(logEvent))
            {
                Interlocked.Increment(ref _dropped);
            }
        }
        catch (InvalidOperationException)
        {
            // The log ended in between.
        }
    }

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        _waiting.CompleteAdding();
        if (_thread.Join(EndLimit))
        {
            _destination?.Dispose();
            _waiting.Dispose();
        }
    }

    private void Run()
    {
        try
        {
            foreach (var logEvent in _waiting.GetConsumingEnumerable())
            {
                _write(logEvent);
                if (_waiting.Count == 0)
                {
                    _idle(Interlocked.Exchange(ref _dropped, 0));
                }
            }

            _idle(Interlocked.Exchange(ref _dropped, 0));
        }
        catch (IOException)
        {
            // Whoever read it is gone; the server goes on without.
            while (_waiting.TryTake(out _, Timeout.Infinite))
            {
            }
        }
    }
}
