using System.Buffers;
using System.IO.Pipelines;
using Mik.Wasi.Http;

namespace Mik.AspNetCore.Bodies;

/// <summary>
/// The body that a guest writes: Kestrel's, with its back-pressure, and two differences. What comes before the first flush is kept here,
/// so that the caller of a guest which fails by then gets a problem instead of a cut response. A response which may have no body swallows it.
/// More than the declared length is refused before Kestrel sees it. Completing it does nothing: the body is whole when the guest has returned.
/// </summary>
internal sealed class ResponseBody(PipeWriter kestrel, ResponseFraming framing, long? declared) : PipeWriter
{
    private const int FirstRoom = 512;

    private readonly byte[]? _void = framing.HasContent ? null : new byte[4096];
    private readonly long _limit = framing.HasContent ? declared ?? long.MaxValue : long.MaxValue;
    private bool _isKept = framing.HasContent;
    private bool _isFlushed;
    private byte[] _kept = [];
    private int _keptCount;

    private Task<FlushResult>? _flushing;

    /// <summary>Whether the client has not yet taken what the guest gave.</summary>
    public bool IsBlocked => _flushing is { IsCompletedSuccessfully: false };

    /// <summary>Bytes that the guest wrote, sent or not.</summary>
    public long Written { get; private set; }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => IsDiscarded ? 0 : _isKept ? _keptCount : kestrel.UnflushedBytes;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (IsDiscarded)
        {
            return Void(sizeHint);
        }

        return _isKept ? Room(sizeHint) : kestrel.GetMemory(sizeHint);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    /// <exception cref="InvalidResponseException">It is more than the declared length.</exception>
    public override void Advance(int bytes)
    {
        Written += bytes;
        if (Written > _limit)
        {
            throw new InvalidResponseException(framing.FaultOf(declared, Written)!);
        }

        if (IsDiscarded)
        {
            return;
        }

        if (_isKept)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _kept.Length - _keptCount);
            _keptCount += bytes;
        }
        else
        {
            kestrel.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _isFlushed = true;
        if (!IsDiscarded)
        {
            PassOn();
        }

        // The head goes out, if nothing else: nobody waits for the end of a body that is not sent.
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
    public long? UnsentLength => _isFlushed ? null : Written;

    private bool IsDiscarded => _void is not null;

    /// <summary>Gives Kestrel what was kept.</summary>
    public void PassOn()
    {
        if (!_isKept)
        {
            return;
        }

        _isKept = false;
        if (_keptCount > 0)
        {
            // With a size asked for: before the head is sent, Kestrel's span without one may be empty.
            _kept.AsSpan(0, _keptCount).CopyTo(kestrel.GetSpan(_keptCount));
            kestrel.Advance(_keptCount);
        }

        Resize(0);
    }

    private Memory<byte> Room(int sizeHint)
    {
        var wanted = _keptCount + Math.Max(sizeHint, 1);
        if (wanted > _kept.Length)
        {
            Resize(Math.Max(wanted, Math.Max(FirstRoom, _kept.Length * 2)));
        }

        return _kept.AsMemory(_keptCount);
    }

    // What a failed request leaves in its hands goes to the collector instead of back.
    private void Resize(int size)
    {
        var before = _kept;
        _kept = size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size);
        before.AsSpan(0, size == 0 ? 0 : _keptCount).CopyTo(_kept);
        if (before.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(before);
        }
    }

    private byte[] Void(int sizeHint) => sizeHint <= _void!.Length ? _void : new byte[sizeHint];
}
