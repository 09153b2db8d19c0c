using Mik.Components.HostBinding;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Io.V03;

/// <summary>Lets a guest write to one of the host's output streams by a <c>stream&lt;u8&gt;</c>.</summary>
/// <param name="stream">Where the bytes go.</param>
/// <param name="ended">Called once, when nothing more comes or is taken.</param>
internal sealed class OutputSink(OutputStream stream, Action ended) : IStreamSink
{
    private bool _isOver;

    /// <inheritdoc/>
    public StreamStatus Write(ReadOnlySpan<byte> bytes, out int count)
    {
        count = 0;
        var room = stream.CheckWrite();
        if (!room.IsOk)
        {
            End();
            return StreamStatus.Closed;
        }
        if (room.Value == 0)
        {
            return StreamStatus.Pending;
        }
        if (bytes.IsEmpty)
        {
            return StreamStatus.Ready;
        }
        var length = (int)Math.Min(room.Value, (ulong)bytes.Length);
        if (!stream.Write(bytes[..length]).IsOk)
        {
            End();
            return StreamStatus.Closed;
        }
        count = length;
        return StreamStatus.Ready;
    }

    /// <inheritdoc/>
    public Task WhenReadyAsync()
    {
        IPollSource source = stream;
        return source.IsReady() ? Task.CompletedTask : source.WhenReady();
    }

    /// <inheritdoc/>
    public void End()
    {
        if (!_isOver)
        {
            _isOver = true;
            ended();
        }
    }
}
