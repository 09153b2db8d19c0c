using System.IO.Pipelines;
using System.Net;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.Egress;

/// <summary>The body of an outgoing request while the guest still writes it.</summary>
internal sealed class OutgoingContent : HttpContent
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));

    /// <summary>Connects the guest's body with the connection.</summary>
    public OutgoingContent(OutgoingBody body)
    {
        body.Ended = _ => End(body);
        body.Attach(_pipe.Writer);
        if (body.State != OutgoingBodyState.Open)
        {
            End(body);
        }
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (var segment in read.Buffer)
                {
                    await stream.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
                }
                _pipe.Reader.AdvanceTo(read.Buffer.End);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private void End(OutgoingBody body) => _pipe.Writer.Complete(body.State == OutgoingBodyState.Finished
        ? null
        : new OutgoingRequestException(ErrorCode.Of("HTTP-request-body-size", null), "the guest did not finish the request's body"));
}
