using System.Globalization;
using System.Text;

namespace Mik.Server.Tests.Framing;

/// <summary>A response read from the bytes of a connection as RFC 9112, 6.3 has it.</summary>
internal sealed record Http1Message(int Status, IReadOnlyList<(string Name, string Value)> Fields, string Body, bool IsWhole, string? Fault, string Rest)
{
    public string? this[string name] => Fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Reads the first response of what came until the connection closed; <see cref="Rest"/> is what follows it.</summary>
    public static Http1Message Read(string bytes, string method)
    {
        var end = bytes.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (!bytes.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || end < 0)
        {
            return new Http1Message(0, [], "", IsWhole: false, bytes.Length == 0 ? null : $"no head: {bytes}", "");
        }

        var lines = bytes[..end].Split("\r\n");
        var status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
        var fields = lines.Skip(1).Select(
            line => (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())).ToList();
        var rest = bytes[(end + 4)..];
        string[] Values(string name) => [.. fields.Where(field => field.Item1.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Item2)];
        var lengths = Values("Content-Length");
        var codings = Values("Transfer-Encoding");
        var fault = lengths.Length + codings.Length > 1 ? "more than one of Content-Length and Transfer-Encoding"
            : codings is [not "chunked"] ? "another coding than chunked"
            : codings.Length > 0 && status is 204 or < 200 ? "Transfer-Encoding where it must not be"
            : null;
        if (method == "HEAD" || status is < 200 or 204 or 304)
        {
            return new Http1Message(status, fields, "", IsWhole: true, fault, rest);
        }

        if (lengths is [var text])
        {
            if (text.Length == 0 || !text.All(char.IsAsciiDigit))
            {
                return new Http1Message(status, fields, rest, IsWhole: false, $"Content-Length: {text}", "");
            }

            var length = int.Parse(text, CultureInfo.InvariantCulture);
            return rest.Length < length
                ? new Http1Message(status, fields, rest, IsWhole: false, fault, "")
                : new Http1Message(status, fields, rest[..length], IsWhole: true, fault, rest[length..]);
        }

        return codings.Length > 0
            ? ReadChunks(status, fields, fault, rest)
            : new Http1Message(status, fields, rest, IsWhole: false, fault ?? "neither Content-Length nor Transfer-Encoding", "");
    }

    private static Http1Message ReadChunks(int status, List<(string Name, string Value)> fields, string? fault, string rest)
    {
        var body = new StringBuilder();
        while (rest.IndexOf("\r\n", StringComparison.Ordinal) is var end and > 0)
        {
            var size = int.Parse(rest.AsSpan(0, end), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            rest = rest[(end + 2)..];
            if (size == 0)
            {
                var trailersEnd = rest.StartsWith("\r\n", StringComparison.Ordinal) ? 0 : rest.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 2;
                if (trailersEnd > 2)
                {
                    fields.AddRange(
                        rest[..trailersEnd].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(
                            line => ("trailer " + line.Split(':')[0], line.Split(':')[1].Trim())));
                }

                return new Http1Message(status, fields, body.ToString(), IsWhole: true, fault, rest[(trailersEnd + 2)..]);
            }

            if (rest.Length < size + 2)
            {
                break;
            }

            body.Append(rest, 0, size);
            rest = rest[(size + 2)..];
        }

        return new Http1Message(status, fields, body.ToString(), IsWhole: false, fault, "");
    }
}
