using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// Events as JSON, one per line: <c>time</c>, <c>level</c>, <c>logger</c>, <c>message</c>, the event's other values in snake case, <c>exception</c>.
/// Whatever a value holds, the line stays one line of printable characters.
/// </summary>
internal sealed class JsonLines : ILineFormat
{
    private const string Template = "{OriginalFormat}";

    private static readonly JsonWriterOptions Options = new() { Encoder = JsonText.Encoder };

    private static readonly JsonEncodedText Message = JsonEncodedText.Encode("message");
    private static readonly JsonEncodedText ExceptionName = JsonEncodedText.Encode("exception");
    private static readonly EventShape Plain = new(null, null, null);

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <inheritdoc/>
    public bool WritesMessage(IReadOnlyList<KeyValuePair<string, object?>>? values) => ShapeOf(values).Message is null;

    /// <inheritdoc/>
    public void Write(in LogRecord record, IBufferWriter<byte> output)
    {
        var json = _writer ??= new Utf8JsonWriter(output, Options);
        json.Reset(output);
        json.WriteStartObject();
        Span<byte> time = stackalloc byte[32];
        json.WriteString("time"u8, WriteTime(record.Time, time));
        json.WriteString("level"u8, Level(record.Level));
        json.WriteString("logger"u8, record.Category);
        var shape = ShapeOf(record.Values);
        JsonText.Write(json, Message, shape.MessageOf(record.Message));
        for (var i = 0; i < (record.Values?.Count ?? 0); i++)
        {
            var (name, value) = record.Values![i];
            if (name != Template && !shape.IsSaid(name))
            {
                Write(json, shape.Names.Of(i, name), value);
            }
        }

        if (record.Exception is { } exception)
        {
            JsonText.Write(json, ExceptionName, exception.ToString());
        }

        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    /// <summary>To the microsecond. The standard format, which has one digit more, costs less than one of our own would.</summary>
    private static ReadOnlySpan<byte> WriteTime(DateTime time, Span<byte> text)
    {
        time.TryFormat(text, out var length, "O", CultureInfo.InvariantCulture);
        text[length - 2] = (byte)'Z';
        return text[..(length - 1)];
    }

    private static EventShape ShapeOf(IReadOnlyList<KeyValuePair<string, object?>>? values) =>
        values is [.., { Key: Template, Value: string template }] ? EventShape.Of(template) : Plain;

    private static ReadOnlySpan<byte> Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace"u8,
        LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        _ => "error"u8,
    };

    private static void Write(Utf8JsonWriter json, JsonEncodedText name, object? value)
    {
        switch (value)
        {
            case string text:
                JsonText.Write(json, name, LogRecord.Bounded(text));
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, Math.Round(number, 3));
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case null:
                json.WriteNull(name);
                break;
            default:
                JsonText.Write(json, name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                break;
        }
    }
}
