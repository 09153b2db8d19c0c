using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// Events as JSON, one per line: <c>time</c>, <c>level</c>, <c>logger</c>, <c>message</c>, the event's own values in snake case, <c>exception</c>.
/// Whatever a value holds, the line stays one line of printable characters. Used by one thread at a time.
/// </summary>
internal sealed class JsonLines : ITextFormatter
{
    private static readonly string[] Taken = ["time", "level", "logger", "message", "exception"];

    // Letters of all scripts as they are; control, format and separator characters escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = Encoder() };

    private readonly ArrayBufferWriter<byte> _line = new(512);
    private readonly StringBuilder _message = new(256);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Options))
        {
            json.WriteStartObject();
            json.WriteString("time"u8, logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
            json.WriteString("level"u8, Level(logEvent.Level));
            if (logEvent.Properties.TryGetValue(Constants.SourceContextPropertyName, out var category) && category is ScalarValue { Value: string logger })
            {
                json.WriteString("logger"u8, logger);
            }

            json.WriteString("message"u8, Message(logEvent));
            foreach (var (name, value) in logEvent.Properties)
            {
                if (name is not (Constants.SourceContextPropertyName or "EventId"))
                {
                    Write(json, NameOf(name), value);
                }
            }

            if (logEvent.Exception is { } exception)
            {
                json.WriteString("exception"u8, exception.ToString());
            }

            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        output.Write('\n');
    }

    private static JavaScriptEncoder Encoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters([.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code)
            .Where(character => char.GetUnicodeCategory(character) == UnicodeCategory.Format)]);
        return JavaScriptEncoder.Create(settings);
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "trace",
        LogEventLevel.Debug => "debug",
        LogEventLevel.Information => "info",
        LogEventLevel.Warning => "warn",
        _ => "error",
    };

    private string Message(LogEvent logEvent)
    {
        _message.Clear();
        using var writer = new StringWriter(_message, CultureInfo.InvariantCulture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is Serilog.Parsing.PropertyToken property && logEvent.Properties.GetValueOrDefault(property.PropertyName) is ScalarValue { Value: string text })
            {
                writer.Write(text);
            }
            else
            {
                token.Render(logEvent.Properties, writer, CultureInfo.InvariantCulture);
            }
        }

        return _message.ToString();
    }

    private static void Write(Utf8JsonWriter json, string name, LogEventPropertyValue value)
    {
        switch ((value as ScalarValue)?.Value)
        {
            case string text:
                json.WriteString(name, text);
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
            default:
                json.WriteString(name, value.ToString(null, CultureInfo.InvariantCulture));
                break;
        }
    }

    private string NameOf(string property)
    {
        if (!_names.TryGetValue(property, out var name))
        {
            name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
            name = Taken.Contains(name, StringComparer.Ordinal) ? name + "_" : name;
            _names.Add(property, name);
        }

        return name;
    }
}
