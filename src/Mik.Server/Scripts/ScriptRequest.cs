using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Mik.Server.Scripts;

/// <summary>A request as a script sees it, without its body.</summary>
internal static class ScriptRequest
{
    /// <summary>Method, path, headers (as strings and as lists) and query as JSON.</summary>
    public static ReadOnlyMemory<byte> Describe(HttpRequest request, string pathWithQuery)
    {
        var question = pathWithQuery.IndexOf('?', StringComparison.Ordinal);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("method"u8, request.Method);
            json.WriteString("path"u8, question < 0 ? pathWithQuery : pathWithQuery[..question]);
            json.WriteStartObject("headers"u8);
            foreach (var (name, values) in request.Headers)
            {
                var key = name.ToLowerInvariant();
                json.WriteString(key, string.Join(key == "cookie" ? "; " : ", ", values.ToArray()));
            }

            json.WriteEndObject();
            json.WriteStartObject("headersAll"u8);
            foreach (var (name, values) in request.Headers)
            {
                WriteList(json, name.ToLowerInvariant(), values);
            }

            json.WriteEndObject();
            WriteQuery(json, question < 0 ? "" : pathWithQuery[question..]);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteQuery(Utf8JsonWriter json, string query)
    {
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var name = pair.DecodeName().ToString();
            if (!values.TryGetValue(name, out var list))
            {
                values.Add(name, list = []);
            }

            list.Add(pair.DecodeValue().ToString());
        }

        json.WriteStartObject("query"u8);
        foreach (var (name, list) in values)
        {
            json.WriteString(name, list[^1]);
        }

        json.WriteEndObject();
        json.WriteStartObject("queryAll"u8);
        foreach (var (name, list) in values)
        {
            WriteList(json, name, list);
        }

        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string?> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
