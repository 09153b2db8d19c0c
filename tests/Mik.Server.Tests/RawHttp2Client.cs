using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mik.Server.Tests;

/// <summary>A client of HTTP/2 that sends frames as it likes. Fields go as literals without Huffman coding.</summary>
internal sealed class RawHttp2Client : IDisposable
{
    private readonly TcpClient _tcp = new();

    private NetworkStream Stream => _tcp.GetStream();

    /// <summary>Connects: the preface and empty settings.</summary>
    public static async Task<RawHttp2Client> ConnectAsync(TestServer server)
    {
        var client = new RawHttp2Client();
        await client._tcp.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.Stream.WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        await client.SendAsync(Http2Frame.Settings, 0, 0, []);
        return client;
    }

    public async Task SendAsync(Http2Frame type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await Stream.WriteAsync(frame);
    }

    /// <summary>Sends a request without a body.</summary>
    public Task RequestAsync(int stream, string method, string path, params (string Name, string Value)[] fields) =>
        SendAsync(Http2Frame.Headers, flags: 0x5, stream, Fields([(":method", method), (":scheme", "http"), (":path", path), (":authority", "h"), .. fields]));

    /// <summary>Literals without indexing (RFC 7541, 6.2.2).</summary>
    public static byte[] Fields(params (string Name, string Value)[] fields) =>
        [.. fields.SelectMany(field => (byte[])[0, (byte)field.Name.Length, .. Encoding.Latin1.GetBytes(field.Name), (byte)field.Value.Length,
            .. Encoding.Latin1.GetBytes(field.Value)])];

    /// <summary>The next frame of a type on a stream; null when the connection ends before.</summary>
    public async Task<(byte Flags, byte[] Payload)?> ReadAsync(Http2Frame type, int stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var head = new byte[9];
        while (await Stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, limit.Token) == head.Length)
        {
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
            await Stream.ReadExactlyAsync(payload, limit.Token);
            if (head[3] == (byte)type && BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) == stream)
            {
                return (head[4], payload);
            }
        }

        return null;
    }

    /// <summary>The status of a stream's answer.</summary>
    public async Task<int> ReadStatusAsync(int stream)
    {
        var frame = await ReadAsync(Http2Frame.Headers, stream);
        Assert.NotNull(frame);

        // Indexed, or a literal whose name is.
        var field = frame.Value.Payload.AsSpan().TrimStart((byte)0x20);
        return field[0] switch
        {
            0x88 => 200,
            0x89 => 204,
            0x8c => 400,
            0x8d => 404,
            0x8e => 500,
            _ => int.Parse(Encoding.ASCII.GetString(field.Slice(2, 3)), System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    public void Dispose() => _tcp.Dispose();
}

/// <summary>Types of frames.</summary>
internal enum Http2Frame : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}
