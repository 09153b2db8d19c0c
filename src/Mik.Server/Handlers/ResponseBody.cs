using System.IO.Pipelines;

namespace Mik.Server.Handlers;

/// <summary>
/// The body that a guest writes: Kestrel's, with its back-pressure, except that completing it with an error does not end the response (which
/// would make a cut body look whole) but is remembered, and that a response which may have no body swallows it.
/// </summary>
internal sealed class ResponseBody(PipeWriter kestrel, bool isDiscarded) : PipeWriter
{
    private readonly byte[]? _void = isDiscarded ? new byte[4096] : null;

    /// <summary>Whether the guest has ended the body.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Why the body broke off, if it did.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => !isDiscarded && kestrel.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => isDiscarded ? 0 : kestrel.UnflushedBytes;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => isDiscarded ? Void(sizeHint) : kestrel.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => isDiscarded ? Void(sizeHint) : kestrel.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (!isDiscarded)
        {
            kestrel.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        isDiscarded ? ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false)) : kestrel.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => kestrel.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        IsCompleted = true;
        Failure ??= exception;
    }

    private byte[] Void(int sizeHint) => sizeHint <= _void!.Length ? _void : new byte[sizeHint];
}
