using System.Buffers;
using Mik.Wasm.Execution;

namespace Mik.Server.Scripts;

/// <summary>Takes a response's body into memory, up to a limit.</summary>
/// <param name="limit">Bytes.</param>
/// <param name="share">What the room for them is charged to.</param>
internal sealed class ResponseBuffer(long limit, BudgetShare? share) : Stream
{
    private const int FirstCapacity = 256;

    private readonly ArrayBufferWriter<byte> _content = new();

    /// <summary>Whether more was written than there is room for.</summary>
    public bool IsFull { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Content => _content.WrittenMemory;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _content.WrittenCount;

    /// <inheritdoc/>
    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Length + buffer.Length > limit)
        {
            IsFull = true;
            throw new IOException("The response is above the limit.");
        }

        if (_content.FreeCapacity < buffer.Length && share is not null && !share.TryCharge(Math.Max(buffer.Length, Math.Max(_content.Capacity, FirstCapacity))))
        {
            throw new IOException("The script's request has no room for the response.");
        }

        _content.Write(buffer);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
        catch (IOException exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
