using System.Buffers;
using System.IO.Pipelines;
using Mik.AspNetCore.Deadlines;

namespace Mik.AspNetCore.Bodies;

/// <summary>
/// The body that a guest reads: Kestrel's, counted. The request stops when it goes past the limit. Kestrel's own limit is off, since it would
/// close the connection under a client that is still sending, which then never sees the answer; so Kestrel reads on for a while.
/// </summary>
internal sealed class RequestBody(PipeReader kestrel, long limit, RequestDeadline deadline, IBodyWait? wait) : PipeReader
{
    private Task<ReadResult>? _reading;
    private ReadOnlySequence<byte>? _held;
    private long _consumed;

    /// <summary>What Kestrel said when the client broke its body off, or broke the protocol with it.</summary>
    public IOException? Fault { get; private set; }

    /// <summary>Whether all of it has come.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether the guest asked for more than the client has sent.</summary>
    public bool IsAwaited => _reading is { IsCompletedSuccessfully: false };

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (wait is not null && wait.TryTakeBeginning(out var beginning))
        {
            return ValueTask.FromResult(Count(beginning));
        }

        var read = ReadKestrelAsync(cancellationToken);
        if (read.IsCompletedSuccessfully)
        {
            return ValueTask.FromResult(Count(read.Result));
        }

        wait?.Pause();
        _reading = ReadSlowlyAsync(read);
        return new ValueTask<ReadResult>(_reading);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (wait is not null && wait.TryTakeBeginning(out result))
        {
            result = Count(result);
            return true;
        }

        try
        {
            if (!kestrel.TryRead(out result))
            {
                return false;
            }
        }
        catch (Exception exception) when (BodyFaults.Of(exception) is { } fault)
        {
            throw Fault = fault;
        }

        result = Count(result);
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_held is { } held)
        {
            _consumed += held.Slice(held.Start, consumed).Length;
            _held = null;
        }

        kestrel.AdvanceTo(consumed, examined);
    }

    /// <summary>Ends a read that the guest began and did not wait for, and gives back what it holds: Kestrel reads on from here.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (_reading is { IsCompleted: false })
        {
            kestrel.CancelPendingRead();
            await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_held is { } held)
        {
            AdvanceTo(held.Start);
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => kestrel.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // Kestrel completes its own reader, and reads what the guest left so that the connection can be used again.
    }

    private ValueTask<ReadResult> ReadKestrelAsync(CancellationToken cancellationToken)
    {
        try
        {
            return kestrel.ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (BodyFaults.Of(exception) is { } fault)
        {
            throw Fault = fault;
        }
    }

    private async Task<ReadResult> ReadSlowlyAsync(ValueTask<ReadResult> read)
    {
        ReadResult result;
        try
        {
            result = await read;
        }
        catch (Exception exception) when (BodyFaults.Of(exception) is { } fault)
        {
            throw Fault = fault;
        }
        finally
        {
            wait?.Resume();
        }

        return Count(result);
    }

    private ReadResult Count(ReadResult result)
    {
        _held = result.Buffer;
        HasEnded |= result.IsCompleted;
        if (_consumed + result.Buffer.Length <= limit)
        {
            return result;
        }

        deadline.Stop(StopReason.BodyTooLarge);
        throw new IOException("The request body is above the limit.");
    }
}
