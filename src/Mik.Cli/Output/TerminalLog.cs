using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Mik.Cli.Output;

/// <summary>
/// The log as lines on stderr, written by one thread in batches so that requests never wait for a terminal. When whoever reads stderr is
/// too slow for too long, lines are dropped and counted.
/// </summary>
[ProviderAlias("Terminal")]
internal sealed class TerminalLog : ILoggerProvider
{
    private const int MaxWaitingLines = 65_536;

    private readonly BlockingCollection<string> _lines = new(MaxWaitingLines);
    private readonly TextWriter _output;
    private readonly Thread _writer;
    private long _dropped;

    /// <summary>A log on the writer, which is flushed after each batch.</summary>
    public TerminalLog(TextWriter output)
    {
        _output = output;
        _writer = new Thread(WriteLines) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _writer.Join(TimeSpan.FromSeconds(2));
    }

    private void Add(string line)
    {
        if (!_lines.IsAddingCompleted && !_lines.TryAdd(line))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private void WriteLines()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            _output.Write(line);
            if (_lines.Count > 0)
            {
                continue;
            }

            var dropped = Interlocked.Exchange(ref _dropped, 0);
            if (dropped > 0)
            {
                _output.Write(string.Create(CultureInfo.InvariantCulture, $"({dropped} log lines dropped: whoever reads them is too slow)\n"));
            }

            _output.Flush();
        }

        _output.Flush();
    }

    private sealed class CategoryLogger(TerminalLog log, string category) : ILogger
    {
        private readonly string _subject = category[(category.LastIndexOf('.') + 1)..];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new StringBuilder(160);
            line.Append(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss.fff} {Short(logLevel)} {_subject,-8}");
            AppendSafely(line, formatter(state, exception));
            if (exception is not null)
            {
                line.Append("\n    ");
                AppendSafely(line, exception.ToString());
            }

            log.Add(line.Append('\n').ToString());
        }

        /// <summary>Text from guests and clients must not steer the terminal: control characters are shown, line breaks are indented.</summary>
        private static void AppendSafely(StringBuilder line, string text)
        {
            foreach (var character in text)
            {
                if (character == '\n')
                {
                    line.Append("\n    ");
                }
                else if (char.IsControl(character) && character is not ('\t' or '\r'))
                {
                    line.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
                }
                else if (character != '\r')
                {
                    line.Append(character);
                }
            }
        }

        private static string Short(LogLevel level) => level switch
        {
            LogLevel.Trace => "TRACE",
            LogLevel.Debug => "DEBUG",
            LogLevel.Information => "INFO ",
            LogLevel.Warning => "WARN ",
            _ => "ERROR",
        };
    }
}
