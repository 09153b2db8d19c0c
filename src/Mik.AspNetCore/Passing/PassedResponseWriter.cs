using System.IO.Pipelines;

namespace Mik.AspNetCore.Passing;

/// <summary>The body of a <see cref="PassedResponse"/>: a pipe whose first flush sends the head.</summary>
internal sealed class PassedResponseWriter(PassedResponse response, PipeWriter pipe) : PipeWriter
{
    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => pipe.UnflushedBytes;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => pipe.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => pipe.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes) => pipe.Advance(bytes);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        response.HasStarted ? pipe.FlushAsync(cancellationToken) : StartAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => pipe.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // The response is complete when its handler says so, or has ended.
    }

    private async ValueTask<FlushResult> StartAsync(CancellationToken cancellationToken)
    {
        await response.StartAsync(cancellationToken);
        return await pipe.FlushAsync(cancellationToken);
    }
}
