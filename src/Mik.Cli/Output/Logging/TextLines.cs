using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Mik.Cli.Output.Logging;

/// <summary>Events as lines for people: time, level, subject, message.</summary>
internal sealed class TextLines : ILineFormat
{
    private const int SubjectWidth = 8;

    /// <inheritdoc/>
    public bool WritesMessage(IReadOnlyList<KeyValuePair<string, object?>>? values) => true;

    /// <inheritdoc/>
    public void Write(in LogRecord record, IBufferWriter<byte> output)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture, $"{record.Time.ToLocalTime():HH:mm:ss.fff}{Level(record.Level)}{Subject(record.Category),-SubjectWidth}");
        Encoding.UTF8.GetBytes(head, output);
        Encoding.UTF8.GetBytes(SafeText.Of(record.Message), output);
        if (record.Exception is { } exception)
        {
            Encoding.UTF8.GetBytes(SafeText.Of("\n" + exception), output);
        }

        output.Write("\n"u8);
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => " TRACE ",
        LogLevel.Debug => " DEBUG ",
        LogLevel.Information => " INFO  ",
        LogLevel.Warning => " WARN  ",
        _ => " ERROR ",
    };

    /// <summary>The last part of the category.</summary>
    private static string Subject(string category) => category[(category.LastIndexOf('.') + 1)..];
}
