using System.Runtime.CompilerServices;

namespace Mik.Wasi.Http.Egress;

/// <summary>
/// An HTTP/1.1 connection of .NET's client that can do what the client cannot: send a body while the answer arrives. The client writes the
/// head of a request and is told that the body has gone; it then reads the answer, while <see cref="OutgoingContent"/> sends the body past it.
/// </summary>
/// <remarks>
/// A connection whose answer came before the end of the body is not used again: the answer's head gets a <c>Connection: close</c> on its way to the client.
/// </remarks>
internal sealed class DuplexConnection(Stream inner) : WrappedStream(inner)
{
    private static readonly byte[] CloseField = "Connection: close\r\n"u8.ToArray();

    private OutgoingExchange? _exchange;
    private Task _sending = Task.CompletedTask;
    private ResponseHeadScanner? _scanner;
    private ReadOnlyMemory<byte> _held;
    private long _toSwallow;
    private int _isClosed;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>From here on the body is sent past the client.</summary>
    /// <param name="framing">Bytes that the client will write for the body on its own account, and that are thrown away.</param>
    /// <param name="send">Sends the body.</param>
    public void TakeOver(long framing, Func<Task> send)
    {
        _toSwallow = framing;
        _sending = send();
    }

    /// <summary>Sends a part of the body.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await Inner.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await Inner.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort()
    {
        Volatile.Write(ref _isClosed, 1);
        Inner.Dispose();
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_toSwallow == 0 && OutgoingExchange.Current is { } exchange && exchange != _exchange)
        {
            return BeginAsync(exchange, buffer, cancellationToken);
        }
        var swallowed = (int)Math.Min(_toSwallow, buffer.Length);
        _toSwallow -= swallowed;
        return swallowed == buffer.Length ? default : Inner.WriteAsync(buffer[swallowed..], cancellationToken);
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_held.IsEmpty)
        {
            return new(TakeHeld(buffer));
        }
        var read = Inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? new(Look(buffer, read.Result)) : LookAsync(buffer, read);
    }

    /// <inheritdoc/>
    /// <remarks>A server that answered early may go on taking the body, as long as nothing says that it does not want it.</remarks>
    protected override void DisposeInner()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }
        if (_exchange is { EndsItsConnection: true, Content: { } content } && !_sending.IsCompleted)
        {
            content.LetGo();
            _ = _sending.ContinueWith(_ => Inner.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        else
        {
            Inner.Dispose();
        }
    }

    // The head of a request, in one piece.
    private async ValueTask BeginAsync(OutgoingExchange exchange, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        // The body before was whole when its answer came, but its last bytes may still be on their way.
        await _sending.ConfigureAwait(false);
        _exchange = exchange;
        _scanner = exchange.Content is null ? null : new ResponseHeadScanner();
        exchange.Connection = this;
        if (!head.Span.StartsWith(exchange.Method))
        {
            var given = head.ToArray();
            exchange.Method.CopyTo(given);
            head = given;
        }
        await Inner.WriteAsync(head, cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> LookAsync(Memory<byte> buffer, ValueTask<int> read) => Look(buffer, await read.ConfigureAwait(false));

    private int Look(Memory<byte> buffer, int count)
    {
        if (_scanner is not { } scanner)
        {
            return count;
        }
        var end = scanner.Find(buffer.Span[..count]);
        if (end < 0)
        {
            return count;
        }
        _scanner = null;
        if (_exchange!.Answered(scanner.Status))
        {
            // An idle connection holds nothing of a guest's.
            _exchange = null;
            return count;
        }
        _held = (byte[])[.. CloseField, .. buffer.Span[end..count]];
        return end + TakeHeld(buffer[end..]);
    }

    private int TakeHeld(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _held.Length);
        _held[..count].CopyTo(buffer);
        _held = _held[count..];
        return count;
    }
}
