using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Mik.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace Mik.Cli.Output.Logging;

/// <summary>The log of a command that runs for long: on stderr, and in files that are rotated when a project is served.</summary>
internal sealed class LogOutput : IDisposable
{
    private const string HttpServer = "Microsoft";
    private const int BufferSize = 16 * 1024;

    private readonly SerilogLoggerFactory _factory;

    private LogOutput(SerilogLoggerFactory factory, string description)
    {
        _factory = factory;
        Description = description;
    }

    /// <summary>Makes loggers.</summary>
    public ILoggerFactory Loggers => _factory;

    /// <summary>Where the log goes, for a banner.</summary>
    public string Description { get; }

    /// <summary>Opens the log. A file that cannot be written is a note, not an error.</summary>
    public static LogOutput Open(LogOptions options, Terminal terminal)
    {
        var isJson = options.Format == LogFormat.Json || (options.Format == LogFormat.Auto && Console.IsErrorRedirected);
        var configuration = new LoggerConfiguration().WriteTo.Sink(ToWriter(StandardError(), isJson ? new JsonLines() : new TextLines()));
        AddLevels(configuration, options.Filter);
        var description = isJson ? "JSON lines on stderr" : "stderr";
        if (options.ProjectFolder is { } folder)
        {
            if (LogFolder.Prepare(folder, out var why) is { } file)
            {
                configuration.WriteTo.Sink(ToFile(file, options, terminal));
                description += $", {file}";
            }
            else
            {
                terminal.Note($"the log is not kept in a file: {why}");
            }
        }

        return new LogOutput(new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true), description);
    }

    /// <summary>Writes what waits.</summary>
    public void Dispose() => _factory.Dispose();

    /// <summary>A sink that writes to a stream for people or programs and flushes it when nothing waits.</summary>
    internal static BackgroundSink ToWriter(TextWriter output, ITextFormatter formatter) => new(
        logEvent => formatter.Format(logEvent, output),
        dropped =>
        {
            if (dropped > 0)
            {
                formatter.Format(Dropped(dropped), output);
            }

            output.Flush();
        });

    /// <summary>Standard error with a buffer: the console's own writer makes a system call of each piece.</summary>
    private static StreamWriter StandardError() => new(Console.OpenStandardError(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferSize) { AutoFlush = false };

    private static BackgroundSink ToFile(string file, LogOptions options, Terminal terminal)
    {
        var said = 0;
        SelfLog.Enable(fault =>
        {
            if (Interlocked.Exchange(ref said, 1) == 0)
            {
                terminal.Note($"the log file cannot be written: {fault.TrimEnd()}");
            }
        });
        var files = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.File(new JsonLines(), file, fileSizeLimitBytes: options.MaxFileBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: options.MaxFiles)
            .CreateLogger();
        return new BackgroundSink(files.Write, static _ => { }, files);
    }

    private static void AddLevels(LoggerConfiguration configuration, LogFilter filter)
    {
        configuration.MinimumLevel.Is(LevelOf(filter.Default));
        if (!filter.Categories.Keys.Any(category => category.StartsWith(HttpServer, StringComparison.Ordinal)))
        {
            // Of the HTTP server's own only what ends it, unless it is asked for.
            configuration.MinimumLevel.Override(HttpServer, LogEventLevel.Fatal);
        }

        foreach (var (category, threshold) in filter.Categories)
        {
            configuration.MinimumLevel.Override(category, LevelOf(threshold));
        }
    }

    private static LogEventLevel LevelOf(LogThreshold threshold) => threshold switch
    {
        LogThreshold.Off => LevelAlias.Off,
        LogThreshold.Error => LogEventLevel.Error,
        LogThreshold.Warn => LogEventLevel.Warning,
        LogThreshold.Info => LogEventLevel.Information,
        LogThreshold.Debug => LogEventLevel.Debug,
        _ => LogEventLevel.Verbose,
    };

    private static LogEvent Dropped(long count) => new(
        DateTimeOffset.Now,
        LogEventLevel.Warning,
        null,
        new Serilog.Parsing.MessageTemplateParser().Parse(string.Create(CultureInfo.InvariantCulture, $"{count} events were dropped: whoever reads the log is too slow")),
        [new LogEventProperty(Constants.SourceContextPropertyName, new ScalarValue("mik.log"))]);
}
