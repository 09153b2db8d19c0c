using System.Buffers;
using System.IO.Pipelines;
using Mik.Server.Problems;

namespace Mik.Server.Hosting;

/// <summary>
/// What Kestrel writes to a connection. Once it has said that it refuses a request, its answer is held back; if it is the head without a body that
/// it then writes, it goes out as a problem, else as it is.
/// </summary>
internal sealed class RejectionWriter(PipeWriter connection) : PipeWriter
{
    private ArrayBufferWriter<byte>? _held;
    private Problem _problem;
    private string _id = "";
    private Action<bool>? _decided;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => connection.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => connection.UnflushedBytes + (_held?.WrittenCount ?? 0);

    /// <summary>From now on an answer is held back. <paramref name="decided"/> is told whether it was Kestrel's own.</summary>
    public void Expect(Problem problem, string id, Action<bool> decided)
    {
        _problem = problem;
        _id = id;
        _decided = decided;
        _held ??= new ArrayBufferWriter<byte>(256);
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _held is { } held ? held.GetMemory(sizeHint) : connection.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _held is { } held ? held.GetSpan(sizeHint) : connection.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (_held is { } held)
        {
            held.Advance(bytes);
        }
        else
        {
            connection.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Decide();
        return connection.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => connection.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        Decide();
        connection.Complete(exception);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Decide();
        return connection.CompleteAsync(exception);
    }

    private void Decide()
    {
        if (_held is not { WrittenCount: > 0 } held)
        {
            return;
        }

        _held = null;
        var written = held.WrittenSpan;
        var isRejection = IsHeadAlone(written);
        if (isRejection)
        {
            WriteProblem(written[..(written.IndexOf("\r\n"u8) + 2)]);
        }
        else
        {
            connection.Write(written);
        }

        _decided?.Invoke(isRejection);
        _decided = null;
    }

    /// <summary>Answers of this server have an identity, those of Kestrel's own have none.</summary>
    private static bool IsHeadAlone(ReadOnlySpan<byte> written) =>
        written.StartsWith("HTTP/1."u8)
        && written.EndsWith("\r\n\r\n"u8)
        && written.IndexOf("Content-Length: 0\r\n"u8) > 0
        && written.IndexOf("X-Request-ID: "u8) < 0;

    private void WriteProblem(ReadOnlySpan<byte> statusLine) => connection.Write(ProblemMessage.Of(_problem, _id, statusLine));
}
