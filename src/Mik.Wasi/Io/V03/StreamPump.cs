using System.Buffers;
using Mik.Components.HostBinding;
using Mik.Components.Runtime;

namespace Mik.Wasi.Io.V03;

/// <summary>Carries the bytes of a stream of the host to the host again, when a guest has only passed it on.</summary>
internal sealed class StreamPump
{
    private const int BufferBytes = 32 * 1024;
    private const int RoundsAtOnce = 16;

    private readonly IHostWork _work;
    private readonly IStreamSource _source;
    private readonly IStreamSink _sink;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;

    private StreamPump(IHostWork work, IStreamSource source, IStreamSink sink) => (_work, _source, _sink) = (work, source, sink);

    /// <summary>Takes everything that comes from a stream, wherever that is.</summary>
    public static void Connect(IHostWork work, GuestStream stream, IStreamSink sink)
    {
        if (stream.Source is { } source)
        {
            // The guest need not be there any more for what it has passed on.
            work.Hold();
            new StreamPump(work, source, sink).Go();
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
                        _work.Await(_source.WhenReadyAsync(), Go);
                        return;
                    case StreamStatus.Closed:
                        ArrayPool<byte>.Shared.Return(_buffer);
                        _sink.End();
                        _work.Release();
                        return;
                }
            }
            switch (_sink.Write(_buffer.AsSpan(_start, _end - _start), out var count))
            {
                case StreamStatus.Pending:
                    _work.Await(_sink.WhenReadyAsync(), Go);
                    return;
                case StreamStatus.Closed:
                    ArrayPool<byte>.Shared.Return(_buffer);
                    _source.Drop();
                    _work.Release();
                    return;
            }
            _start += count;
        }
        _work.Await(Task.CompletedTask, Go);
    }
}
