using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Mik.Testing.Otlp;

/// <summary>Reads the fields of a protobuf message, enough of it for a trace request of OTLP 1.x.</summary>
public ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value where it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value where it is text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its value as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads the next field.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        Field = (int)(tag >> 3);
        Bytes = default;
        Number = 0;
        switch ((int)tag & 7)
        {
            case Varint:
                Number = ReadVarint();
                break;
            case Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            case Delimited:
                Bytes = Take((int)ReadVarint());
                break;
            default:
                throw new FormatException($"wire type {tag & 7} of field {Field}");
        }

        return true;
    }

    /// <summary>The spans of an <c>ExportTraceServiceRequest</c>.</summary>
    public static List<ReceivedSpan> ReadTraces(ReadOnlySpan<byte> request)
    {
        var spans = new List<ReceivedSpan>();
        var reader = new ProtobufReader(request);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                ReadResourceSpans(reader.Bytes, spans);
            }
        }

        return spans;
    }

    private static void ReadResourceSpans(ReadOnlySpan<byte> message, List<ReceivedSpan> spans)
    {
        var resource = new Dictionary<string, string>();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                var fields = new ProtobufReader(reader.Bytes);
                while (fields.Next())
                {
                    if (fields.Field == 1)
                    {
                        ReadAttribute(fields.Bytes, resource);
                    }
                }
            }
            else if (reader.Field == 2)
            {
                ReadScopeSpans(reader.Bytes, resource, spans);
            }
        }
    }

    private static void ReadScopeSpans(ReadOnlySpan<byte> message, Dictionary<string, string> resource, List<ReceivedSpan> spans)
    {
        var source = "";
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                var scope = new ProtobufReader(reader.Bytes);
                while (scope.Next())
                {
                    source = scope.Field == 1 ? scope.Text : source;
                }
            }
            else if (reader.Field == 2)
            {
                spans.Add(
                    ReadSpan(
                        reader.Bytes, resource.GetValueOrDefault("service.name", ""),
                        source) with
                    { ServiceVersion = resource.GetValueOrDefault("service.version", "") });
            }
        }
    }

    private static ReceivedSpan ReadSpan(ReadOnlySpan<byte> message, string service, string source)
    {
        var attributes = new Dictionary<string, string>();
        var span = new ReceivedSpan(service, source, "", "", "", "", "", 0, 0, false, attributes);
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            span = reader.Field switch
            {
                1 => span with { TraceId = Convert.ToHexStringLower(reader.Bytes) },
                2 => span with { SpanId = Convert.ToHexStringLower(reader.Bytes) },
                3 => span with { State = reader.Text },
                4 => span with { ParentId = Convert.ToHexStringLower(reader.Bytes) },
                5 => span with { Name = reader.Text },
                7 => span with { StartedAt = reader.Number },
                8 => span with { EndedAt = reader.Number },
                15 => span with { IsError = IsError(reader.Bytes) },
                _ => span,
            };
            if (reader.Field == 9)
            {
                ReadAttribute(reader.Bytes, attributes);
            }
        }

        return span;
    }

    private static bool IsError(ReadOnlySpan<byte> status)
    {
        var reader = new ProtobufReader(status);
        while (reader.Next())
        {
            if (reader.Field == 3)
            {
                return reader.Number == 2;
            }
        }

        return false;
    }

    private static void ReadAttribute(ReadOnlySpan<byte> message, Dictionary<string, string> attributes)
    {
        var key = "";
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                key = reader.Text;
            }
            else if (reader.Field == 2)
            {
                var value = new ProtobufReader(reader.Bytes);
                attributes[key] = !value.Next() ? "" : value.Field == 1 ? value.Text : value.Number.ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var octet = Take(1)[0];
            value |= (ulong)(octet & 0x7F) << shift;
            if ((octet & 0x80) == 0)
            {
                return value;
            }
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
