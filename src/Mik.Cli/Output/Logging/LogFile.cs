using System.Text;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting;

namespace Mik.Cli.Output.Logging;

/// <summary>The log in files of a limited size, of which the last ones are kept. Used by one thread.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly Logger _files;
    private readonly Line _line = new();

    // The lines are made already: the same event stands for each.
    private readonly LogEvent _event = new(DateTimeOffset.UnixEpoch, LogEventLevel.Fatal, null, MessageTemplate.Empty, []);

    /// <summary>Opens the file; one that cannot be written is a note, not an error.</summary>
    public LogFile(string path, LogOptions options, Terminal terminal)
    {
        var said = 0;
        SelfLog.Enable(fault =>
        {
            if (Interlocked.Exchange(ref said, 1) == 0)
            {
                terminal.Note($"the log file cannot be written: {fault.TrimEnd()}");
            }
        });
        _files = new LoggerConfiguration()
            .WriteTo.File(_line, path, fileSizeLimitBytes: options.MaxFileBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: options.MaxFiles)
            .CreateLogger();
    }

    /// <summary>Writes whole lines.</summary>
    public void Write(ReadOnlyMemory<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            var length = lines.Span.IndexOf((byte)'\n') + 1;
            _line.Text = Encoding.UTF8.GetString(lines.Span[..length]);
            _files.Write(_event);
            lines = lines[length..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private sealed class Line : ITextFormatter
    {
        public string Text { get; set; } = "";

        public void Format(LogEvent logEvent, TextWriter output) => output.Write(Text);
    }
}
