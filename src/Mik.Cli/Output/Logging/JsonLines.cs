using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// Events as JSON, one per line: <c>time</c>, <c>level</c>, <c>logger</c>, <c>message</c>, the event's own values in snake case, <c>exception</c>.
/// Whatever a value holds, the line stays one line of printable characters.
/// </summary>
internal sealed class JsonLines : ILineFormat
{
    private const string Template = "{OriginalFormat}";

    private static readonly string[] Taken = ["time", "level", "logger", "message", "exception"];

    // Letters of all scripts as they are; control, format and separator characters escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = Encoder() };

    // Only names in the source's own messages.
    private static readonly ConcurrentDictionary<string, JsonEncodedText> Names = new(StringComparer.Ordinal);

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <inheritdoc/>
    public void Write(in LogRecord record, IBufferWriter<byte> output)
    {
        var json = _writer ??= new Utf8JsonWriter(output, Options);
        json.Reset(output);
        json.WriteStartObject();
        Span<byte> time = stackalloc byte[32];
        record.Time.TryFormat(time, out var length, "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        json.WriteString("time"u8, time[..length]);
        json.WriteString("level"u8, Level(record.Level));
        json.WriteString("logger"u8, record.Category);
        json.WriteString("message"u8, record.Message);
        for (var i = 0; i < (record.Values?.Count ?? 0); i++)
        {
            var (name, value) = record.Values![i];
            if (name != Template)
            {
                Write(json, Names.GetOrAdd(name, NameOf), value);
            }
        }

        if (record.Exception is { } exception)
        {
            json.WriteString("exception"u8, exception.ToString());
        }

        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    private static JavaScriptEncoder Encoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters([.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code)
            .Where(character => char.GetUnicodeCategory(character) == UnicodeCategory.Format)]);
        return JavaScriptEncoder.Create(settings);
    }

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
                json.WriteString(name, LogRecord.Bounded(text));
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
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static JsonEncodedText NameOf(string property)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
        return JsonEncodedText.Encode(Taken.Contains(name, StringComparer.Ordinal) ? name + "_" : name);
    }
}
