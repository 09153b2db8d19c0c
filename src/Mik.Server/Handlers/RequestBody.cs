using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Mik.Server.Admission;

namespace Mik.Server.Handlers;

/// <summary>The body that a guest reads: Kestrel's, which counts it against the limit, and the request stops when it goes past.</summary>
internal sealed class RequestBody(PipeReader kestrel, RequestDeadline deadline) : PipeReader
{
    private Task<ReadResult>? _reading;
    private ReadResult? _held;

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        _reading = ReadCountedAsync(cancellationToken);
        return new ValueTask<ReadResult>(_reading);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            if (!kestrel.TryRead(out result))
            {
                return false;
            }

            _held = result;
            return true;
        }
        catch (BadHttpRequestException exception) when (IsTooLarge(exception))
        {
            deadline.Stop(StopReason.BodyTooLarge);
            throw;
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _held = null;
        kestrel.AdvanceTo(consumed, examined);
    }

    /// <summary>Ends a read that the guest began and did not wait for, and gives back what it holds: Kestrel reads on from here.</summary>
    public async ValueTask LetGoAsync()
    {
        if (_reading is { IsCompleted: false })
        {
            kestrel.CancelPendingRead();
            await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_held is { } held)
        {
            AdvanceTo(held.Buffer.Start);
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => kestrel.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // Kestrel completes its own reader, and reads what the guest left so that the connection can be used again.
    }

    private async Task<ReadResult> ReadCountedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var result = await kestrel.ReadAsync(cancellationToken);
            _held = result;
            return result;
        }
        catch (BadHttpRequestException exception) when (IsTooLarge(exception))
        {
            deadline.Stop(StopReason.BodyTooLarge);
            throw;
        }
    }

    private static bool IsTooLarge(BadHttpRequestException exception) => exception.StatusCode == StatusCodes.Status413PayloadTooLarge;
}
