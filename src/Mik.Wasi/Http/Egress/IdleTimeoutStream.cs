using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.Egress;

/// <summary>Reads a body and fails when too much time passes between its bytes.</summary>
internal sealed class IdleTimeoutStream(Stream inner, TimeSpan timeout) : WrappedStream(inner)
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        idle.CancelAfter(timeout);
        try
        {
            return await Inner.ReadAsync(buffer, idle.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutgoingRequestException(ErrorCode.Of("connection-read-timeout"), "no byte within between-bytes-timeout");
        }
    }
}
