using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.Egress;

/// <summary>
/// The body of an outgoing request while the guest still writes it. Over HTTP/1.1 it is sent past .NET's client, which could not read the answer
/// before the end of the body (<see cref="DuplexConnection"/>); over HTTP/2 by the client, which can.
/// </summary>
internal sealed class OutgoingContent : HttpContent, IBodyEnd
{
    // What the client writes at the end of a body of unknown length.
    private const int LastChunkBytes = 5;

    // The client counts the bytes of a body of known length, and is given as many zeros, which go nowhere. Beyond this that would take too long.
    private const long LongestBytes = 1L << 40;
    private const int ZerosBytes = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static byte[]? _zeros;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
    private readonly CancellationTokenSource _stop = new();
    private readonly OutgoingBody _body;
    private readonly OutgoingExchange _exchange;
    private readonly Action _trailersLeftOut;
    private bool _isTaken;

    /// <summary>Connects the guest's body with the connection.</summary>
    /// <param name="body">The body.</param>
    /// <param name="exchange">The request that it belongs to.</param>
    /// <param name="trailersLeftOut">Called when the guest gave trailers that cannot be sent.</param>
    public OutgoingContent(OutgoingBody body, OutgoingExchange exchange, Action trailersLeftOut)
    {
        (_body, _exchange, _trailersLeftOut) = (body, exchange, trailersLeftOut);
        exchange.Content = this;
        body.Ended = this;
        body.Attach(_pipe.Writer);
        if (body.State != OutgoingBodyState.Open)
        {
            End();
        }
    }

    /// <summary>Whether the last of the body was given to the connection.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>What is wrong with the guest's body; null while nothing is.</summary>
    public OutgoingRequestException? Failure { get; private set; }

    /// <summary>No more of the body is wanted.</summary>
    public void EndEarly()
    {
        _body.EndEarly();
        _stop.Cancel();
    }

    /// <summary>Nobody waits for the body's end any more; what is on its way has little time left.</summary>
    public void LetGo() => _stop.CancelAfter(Patience);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _isTaken = true;

        // The head goes out first; an HTTP/1.1 connection takes note of it.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var length = Headers.ContentLength;
        if (_exchange.Connection is { } connection && length is null or <= LongestBytes)
        {
            connection.TakeOver(length ?? LastChunkBytes, () => SendAsync(connection, length));
            await WriteZerosAsync(stream, length ?? 0).ConfigureAwait(false);
            return;
        }
        await CopyAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isTaken)
        {
            // It was never asked for: the guest shall not wait until it is.
            _body.EndEarly();
            _body.GiveBack();
            _pipe.Reader.Complete();
        }
        base.Dispose(disposing);
    }

    private static async ValueTask WriteZerosAsync(Stream stream, long length)
    {
        while (length > 0)
        {
            var count = (int)Math.Min(length, ZerosBytes);
            await stream.WriteAsync((_zeros ??= new byte[ZerosBytes]).AsMemory(0, count)).ConfigureAwait(false);
            length -= count;
        }
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (var segment in read.Buffer)
                {
                    await stream.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
                }
                _pipe.Reader.AdvanceTo(read.Buffer.End);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                if (read.IsCompleted)
                {
                    IsWhole = true;
                    LeaveOutTrailers();
                    return;
                }
            }
        }
        finally
        {
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
            _body.GiveBack();
        }
    }

    // Never throws: what goes wrong here the client sees where it reads the answer, which may have come all the same.
    private async Task SendAsync(DuplexConnection connection, long? length)
    {
        long sent = 0;
        try
        {
            for (var isLast = false; !isLast;)
            {
                var read = await _pipe.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
                isLast = read.IsCompleted;
                sent += read.Buffer.Length;
                IsWhole = isLast || sent == length;
                if (length is null)
                {
                    await SendChunkAsync(connection, read.Buffer, isLast).ConfigureAwait(false);
                }
                else
                {
                    foreach (var segment in read.Buffer)
                    {
                        await connection.SendAsync(segment, _stop.Token).ConfigureAwait(false);
                    }
                }
                _pipe.Reader.AdvanceTo(read.Buffer.End);
            }
            if (length is not null)
            {
                LeaveOutTrailers();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            IsWhole = false;
            if (Failure is not null)
            {
                // Half of a message must not pass for a whole one. Otherwise it is the server that does not take it, and it may have said why.
                connection.Abort();
            }
        }
        finally
        {
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
            _body.GiveBack();
        }
    }

    // Size, bytes and end in one piece, so that they go out together.
    private async ValueTask SendChunkAsync(DuplexConnection connection, ReadOnlySequence<byte> bytes, bool isLast)
    {
        var length = (int)bytes.Length;
        var trailers = isLast && _body.Trailers is { } given ? TrailersOf(given) : "";
        var buffer = ArrayPool<byte>.Shared.Rent(length + trailers.Length + 32);
        try
        {
            var end = 0;
            if (length > 0)
            {
                length.TryFormat(buffer, out end, "x", CultureInfo.InvariantCulture);
                end = Append(buffer, end, "\r\n");
                bytes.CopyTo(buffer.AsSpan(end));
                end = Append(buffer, end + length, "\r\n");
            }
            if (isLast)
            {
                end = Append(buffer, Append(buffer, Append(buffer, end, "0\r\n"), trailers), "\r\n");
            }
            if (end > 0)
            {
                await connection.SendAsync(buffer.AsMemory(0, end), _stop.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Append(byte[] buffer, int at, string text) => at + Encoding.Latin1.GetBytes(text, buffer.AsSpan(at));

    private static string TrailersOf(Fields trailers)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in trailers.List.Where(field => MayTrail(field.Key) && HttpTokens.IsFieldValue(field.Value)))
        {
            text.Append(name).Append(": ").Append(Encoding.Latin1.GetString(value)).Append("\r\n");
        }
        return text.ToString();
    }

    // Fields that say how a message is framed or routed come too late at its end (RFC 9110, 6.5.1).
    private static bool MayTrail(string name) =>
        !Fields.IsOfConnection(name) && !name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("trailer", StringComparison.OrdinalIgnoreCase);

    private void LeaveOutTrailers()
    {
        if (_body.Trailers is { List.Count: > 0 })
        {
            _trailersLeftOut();
        }
    }

    /// <inheritdoc/>
    void IBodyEnd.End(WasiContext? wasi) => End();

    private void End()
    {
        if (_body.State == OutgoingBodyState.Finished)
        {
            _pipe.Writer.Complete();
            return;
        }
        Failure = new OutgoingRequestException(ErrorCode.Of("HTTP-request-body-size", null), "the guest did not finish the request's body");
        _pipe.Writer.Complete(Failure);

        // A server that takes nothing shall not keep what is broken.
        _stop.Cancel();
    }
}
