using System.Buffers;
using Microsoft.Extensions.Logging;
using Mik.Server.Observability;

namespace Mik.Cli.Output.Logging;

/// <summary>The log of one category. An event becomes a line on the thread on which it happens, and waits as bytes for the thread that writes.</summary>
/// <param name="category">The category.</param>
/// <param name="threshold">The least grave events that are logged.</param>
/// <param name="outputs">Forms, and where the lines of each go.</param>
internal sealed class LineLogger(string category, LogLevel threshold, (ILineFormat Format, LineQueue[] Queues)[] outputs) : ILogger
{
    private const int LargestKept = 64 << 10;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= threshold && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var isOutput = OutputEvents.Includes(eventId);
        var values = state as IReadOnlyList<KeyValuePair<string, object?>>;
        var isWritten = false;
        foreach (var (format, _) in outputs)
        {
            isWritten |= format.WritesMessage(values);
        }

        var record = new LogRecord(DateTime.UtcNow, logLevel, category, isWritten ? LogRecord.Bounded(formatter(state, exception)) : "", values, exception);
        var line = _line ??= new ArrayBufferWriter<byte>(512);
        foreach (var (format, queues) in outputs)
        {
            line.ResetWrittenCount();
            format.Write(record, line);
            foreach (var queue in queues)
            {
                queue.Add(line.WrittenSpan, isOutput);
            }
        }

        if (line.Capacity > LargestKept)
        {
            _line = null;
        }
    }
}
