using System.Buffers;
using System.IO.Pipelines;

namespace Mik.AspNetCore.Bodies;

/// <summary>The body of all requests that have none.</summary>
internal sealed class NoRequestBody : PipeReader
{
    private static readonly ReadResult End = new(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);

    private NoRequestBody()
    {
    }

    /// <summary>It has no state.</summary>
    public static NoRequestBody Instance { get; } = new();

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        result = End;
        return true;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(End);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed)
    {
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
    }
}
