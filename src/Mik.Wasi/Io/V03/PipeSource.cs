using System.IO.Pipelines;
using Mik.Components.HostBinding;
using Mik.Components.Runtime;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Io.V03;

/// <summary>Lets a guest read a body that arrives by a <c>stream&lt;u8&gt;</c>; each byte is copied once.</summary>
internal sealed class PipeSource : IStreamSource, IDisposable
{
    private readonly IHostWork _work;
    private readonly Action<IoError?> _ended;
    private readonly PipeInputStream _stream;
    private bool _isOver;

    /// <summary>A source that begins.</summary>
    /// <param name="work">What it ends with at the latest.</param>
    /// <param name="reader">Where the bytes come from.</param>
    /// <param name="ended">Called once: with the failure, or null at the end of the body, or when nobody reads it any more.</param>
    public PipeSource(IHostWork work, PipeReader reader, Action<IoError?> ended)
    {
        (_work, _ended, _stream) = (work, ended, new PipeInputStream(reader));
        work.Own(this);
    }

    /// <inheritdoc/>
    public StreamStatus Read(Span<byte> destination, out int count)
    {
        count = 0;
        if (_isOver)
        {
            return StreamStatus.Closed;
        }
        IPollSource source = _stream;
        if (!source.IsReady())
        {
            return StreamStatus.Pending;
        }
        if (_stream.IsAtEnd || _stream.Failure is not null)
        {
            End(_stream.Failure);
            return StreamStatus.Closed;
        }
        if (destination.IsEmpty)
        {
            return StreamStatus.Ready;
        }
        // What has arrived lies in pieces.
        while (count < destination.Length && _stream.Read((ulong)(destination.Length - count)) is { IsOk: true, Value: { IsEmpty: false } piece })
        {
            piece.Span.CopyTo(destination[count..]);
            count += piece.Length;
        }
        return StreamStatus.Ready;
    }

    /// <inheritdoc/>
    public Task WhenReadyAsync() => ((IPollSource)_stream).WhenReady();

    /// <inheritdoc/>
    public void Drop() => End(null);

    /// <inheritdoc/>
    public void Dispose() => End(null);

    private void End(IoError? failure)
    {
        if (!_isOver)
        {
            _isOver = true;
            _work.Disown(this);
            _stream.Dispose();
            _ended(failure);
        }
    }
}
