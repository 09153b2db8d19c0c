using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Mik.Cli.Output.Logging;

/// <summary>The log of a command that runs for long: on stderr, and in files that are rotated when a project is served.</summary>
internal sealed class LogOutput : IDisposable
{
    private readonly LineLoggers _loggers;

    private LogOutput(LineLoggers loggers, string description)
    {
        _loggers = loggers;
        Description = description;
    }

    /// <summary>Makes loggers.</summary>
    public ILoggerFactory Loggers => _loggers;

    /// <summary>Where the log goes, for a banner.</summary>
    public string Description { get; }

    /// <summary>Opens the log. A file that cannot be written is a note, not an error.</summary>
    public static LogOutput Open(LogOptions options, Terminal terminal)
    {
        var isJson = options.Format == LogFormat.Json || (options.Format == LogFormat.Auto && Console.IsErrorRedirected);
        var json = new JsonLines();
        ILineFormat format = isJson ? json : new TextLines();
        var errors = ToStream(Console.OpenStandardError(), format);
        var description = isJson ? "JSON lines on stderr" : "stderr";
        if (options.ProjectFolder is not { } folder)
        {
            return new LogOutput(new LineLoggers(options.Filter, (format, [errors])), description);
        }

        if (LogFolder.Prepare(folder, out var why) is not { } path)
        {
            terminal.Note($"the log is not kept in a file: {why}");
            return new LogOutput(new LineLoggers(options.Filter, (format, [errors])), description);
        }

        var file = new LogFile(path, options, terminal);
        var files = new LineQueue((lines, _) => file.Write(lines), file);
        var loggers = isJson
            ? new LineLoggers(options.Filter, (json, [errors, files]))
            : new LineLoggers(options.Filter, (format, [errors]), (json, [files]));
        return new LogOutput(loggers, $"{description}, {file.Path}");
    }

    /// <summary>Writes what waits.</summary>
    public void Dispose() => _loggers.Dispose();

    /// <summary>A queue to a stream for people or programs, who are told when lines were dropped.</summary>
    internal static LineQueue ToStream(Stream output, ILineFormat format) => new((lines, dropped) =>
    {
        output.Write(lines.Span);
        if (dropped > 0)
        {
            var line = new ArrayBufferWriter<byte>();
            format.Write(
                new LogRecord(
                    DateTime.UtcNow, LogLevel.Warning, "mik.log",
                    string.Create(CultureInfo.InvariantCulture, $"{dropped} events were dropped: whoever reads the log is too slow")), line);
            output.Write(line.WrittenSpan);
        }

        output.Flush();
    });
}
