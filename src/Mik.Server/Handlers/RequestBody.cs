using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Mik.Server.Admission;

namespace Mik.Server.Handlers;

/// <summary>The body that a guest reads: Kestrel's, which counts it against the limit, and the request stops when it goes past.</summary>
internal sealed class RequestBody(PipeReader kestrel, RequestDeadline deadline) : PipeReader
{
    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await kestrel.ReadAsync(cancellationToken);
        }
        catch (BadHttpRequestException exception) when (IsTooLarge(exception))
        {
            deadline.Stop(StopReason.BodyTooLarge);
            throw;
        }
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            return kestrel.TryRead(out result);
        }
        catch (BadHttpRequestException exception) when (IsTooLarge(exception))
        {
            deadline.Stop(StopReason.BodyTooLarge);
            throw;
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => kestrel.AdvanceTo(consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => kestrel.AdvanceTo(consumed, examined);

    /// <inheritdoc/>
    public override void CancelPendingRead() => kestrel.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // Kestrel completes its own reader, and reads what the guest left so that the connection can be used again.
    }

    private static bool IsTooLarge(BadHttpRequestException exception) => exception.StatusCode == StatusCodes.Status413PayloadTooLarge;
}
