using System.Buffers;
using System.IO.Pipelines;

namespace Mik.Server.Handlers;

/// <summary>
/// The body that a guest writes: Kestrel's, with its back-pressure, and two differences. What comes before the first flush is kept here,
/// so that the caller of a guest which fails by then gets a problem instead of a cut response. A response which may have no body swallows it.
/// Completing it does nothing: the body is whole when the guest has returned.
/// </summary>
internal sealed class ResponseBody(PipeWriter kestrel, bool isDiscarded) : PipeWriter
{
    private readonly byte[]? _void = isDiscarded ? new byte[4096] : null;
    private ArrayBufferWriter<byte>? _beforeFirstFlush = isDiscarded ? null : new ArrayBufferWriter<byte>(512);

    private Task<FlushResult>? _flushing;

    /// <summary>Whether the client has not yet taken what the guest gave.</summary>
    public bool IsBlocked => _flushing is { IsCompletedSuccessfully: false };

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => isDiscarded ? 0 : _beforeFirstFlush?.WrittenCount ?? kestrel.UnflushedBytes;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (isDiscarded)
        {
            return Void(sizeHint);
        }

        return _beforeFirstFlush is { } kept ? kept.GetMemory(sizeHint) : kestrel.GetMemory(sizeHint);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (isDiscarded)
        {
            return;
        }

        if (_beforeFirstFlush is { } kept)
        {
            kept.Advance(bytes);
        }
        else
        {
            kestrel.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (isDiscarded)
        {
            return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false));
        }

        PassOn();
        var flush = kestrel.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? flush : new ValueTask<FlushResult>(_flushing = flush.AsTask());
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => kestrel.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Bytes written so far when none of them was flushed, else null.</summary>
    public long? UnsentLength => _beforeFirstFlush?.WrittenCount;

    /// <summary>Gives Kestrel what was kept.</summary>
    public void PassOn()
    {
        if (_beforeFirstFlush is { } kept)
        {
            _beforeFirstFlush = null;
            if (kept.WrittenCount > 0)
            {
                // With a size asked for: before the head is sent, Kestrel's span without one may be empty.
                kept.WrittenSpan.CopyTo(kestrel.GetSpan(kept.WrittenCount));
                kestrel.Advance(kept.WrittenCount);
            }
        }
    }

    private byte[] Void(int sizeHint) => sizeHint <= _void!.Length ? _void : new byte[sizeHint];
}
