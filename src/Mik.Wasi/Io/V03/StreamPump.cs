using System.Buffers;
using Mik.Components.HostBinding;
using Mik.Components.Runtime;

namespace Mik.Wasi.Io.V03;

/// <summary>Carries the bytes of a stream of the host to the host again, when a guest has only passed it on.</summary>
internal sealed class StreamPump
{
    private const int BufferBytes = 32 * 1024;
    private const int RoundsAtOnce = 16;

    private readonly TaskLoop _loop;
    private readonly IStreamSource _source;
    private readonly IStreamSink _sink;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;

    private StreamPump(TaskLoop loop, IStreamSource source, IStreamSink sink) => (_loop, _source, _sink) = (loop, source, sink);

    /// <summary>Takes everything that comes from a stream, wherever that is.</summary>
    public static void Connect(TaskLoop loop, GuestStream stream, IStreamSink sink)
    {
        if (stream.Source is { } source)
        {
            new StreamPump(loop, source, sink).Go();
        }
        else
        {
            stream.Attach(sink);
        }
    }

    private void Go()
    {
        for (var round = 0; round < RoundsAtOnce; round++)
        {
            if (_start == _end)
            {
                _start = 0;
                switch (_source.Read(_buffer, out _end))
                {
                    case StreamStatus.Pending:
                        _end = 0;
                        _loop.Await(_source.WhenReadyAsync(), Go);
                        return;
                    case StreamStatus.Closed:
                        ArrayPool<byte>.Shared.Return(_buffer);
                        _sink.End();
                        return;
                }
            }
            switch (_sink.Write(_buffer.AsSpan(_start, _end - _start), out var count))
            {
                case StreamStatus.Pending:
                    _loop.Await(_sink.WhenReadyAsync(), Go);
                    return;
                case StreamStatus.Closed:
                    ArrayPool<byte>.Shared.Return(_buffer);
                    _source.Drop();
                    return;
            }
            _start += count;
        }
        _loop.Await(Task.CompletedTask, Go);
    }
}
