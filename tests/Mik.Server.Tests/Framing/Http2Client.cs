using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mik.Server.Tests.Framing;

/// <summary>A response over HTTP/2, with what its frames say (RFC 9113, 8.1).</summary>
internal sealed record Http2Message(int Status, IReadOnlyDictionary<string, string> Fields, string Body, long DataBytes, bool IsWhole)
{
    public string? this[string name] => Fields.GetValueOrDefault(name);
}

/// <summary>.NET's client over HTTP/2 with prior knowledge, one request at a time, which also looks at the frames that come.</summary>
internal sealed class Http2Client : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;

    private readonly HttpClient _client;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, (long DataBytes, bool IsEnded, bool IsReset)> _streams = [];

    public Http2Client(Uri address) => _client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false })
    {
        BaseAddress = address,
    };

    public async Task<Http2Message> SendAsync(string method, string path)
    {
        int before;
        lock (_gate)
        {
            before = _streams.Count == 0 ? 0 : _streams.Keys.Max();
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = method == "POST" ? new ByteArrayContent([]) : null,
        };
        HttpResponseMessage? response = null;
        var body = "";
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            body = await response.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            // The frames tell.
        }

        lock (_gate)
        {
            var stream = _streams.Single(entry => entry.Key > before).Value;
            var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, values) in response is null ? [] : response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
            {
                fields[name] = string.Join("|", values);
            }

            foreach (var (name, values) in response is null ? [] : response.TrailingHeaders.NonValidated)
            {
                fields["trailer " + name] = string.Join("|", values);
            }

            return new Http2Message(response is null ? 0 : (int)response.StatusCode, fields, body, stream.DataBytes, stream.IsEnded && !stream.IsReset);
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new Tap(new NetworkStream(socket, ownsSocket: true), this);
    }

    private void Take(byte type, byte flags, int stream, int length)
    {
        if (type is not (Data or Headers or Reset))
        {
            return;
        }

        lock (_gate)
        {
            // After its end a reset only says that the rest of the request is not wanted, which the client may not have sent by then (RFC 9113, 8.1).
            _streams.TryGetValue(stream, out var seen);
            var isReset = seen.IsReset || (type == Reset && !seen.IsEnded);
            _streams[stream] = (seen.DataBytes + (type == Data ? length : 0), seen.IsEnded || (type != Reset && (flags & 1) != 0), isReset);
        }
    }

    /// <summary>The connection; frames are told before the client has their bytes.</summary>
    private sealed class Tap(Stream inner, Http2Client owner) : Stream
    {
        private readonly byte[] _head = new byte[9];
        private int _headCount;
        private int _payload;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            Look(buffer.Span[..count]);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Look(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                if (_payload > 0)
                {
                    var skipped = Math.Min(_payload, bytes.Length);
                    _payload -= skipped;
                    bytes = bytes[skipped..];
                    continue;
                }

                _head[_headCount++] = bytes[0];
                bytes = bytes[1..];
                if (_headCount == _head.Length)
                {
                    _headCount = 0;
                    _payload = (_head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(1));
                    owner.Take(_head[3], _head[4], BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(5)) & int.MaxValue, _payload);
                }
            }
        }
    }
}
