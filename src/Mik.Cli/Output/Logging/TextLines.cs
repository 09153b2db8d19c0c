using System.Globalization;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Mik.Cli.Output.Logging;

/// <summary>Events as lines for people: time, level, subject, message.</summary>
internal sealed class TextLines : ITextFormatter
{
    private const int SubjectWidth = 8;

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture));
        output.Write(Level(logEvent.Level));
        output.Write(Subject(logEvent).PadRight(SubjectWidth));
        SafeText.WriteMessage(output, logEvent);
        if (logEvent.Exception is { } exception)
        {
            SafeText.Write(output, "\n" + exception);
        }

        output.Write('\n');
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => " TRACE ",
        LogEventLevel.Debug => " DEBUG ",
        LogEventLevel.Information => " INFO  ",
        LogEventLevel.Warning => " WARN  ",
        _ => " ERROR ",
    };

    /// <summary>The last part of the category.</summary>
    private static string Subject(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue(Constants.SourceContextPropertyName, out var value) && value is ScalarValue { Value: string category }
            ? category[(category.LastIndexOf('.') + 1)..]
            : "";
}
