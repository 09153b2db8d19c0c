using System.Buffers;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// Passes lines to a slow destination on a thread of its own, so that requests never wait for a terminal or a disk. Lines that come close together are
/// written together. When the destination is too slow for too long, lines are dropped and counted.
/// </summary>
internal sealed class LineQueue : IDisposable
{
    /// <summary>Bytes that may wait.</summary>
    public const int MaxWaiting = 4 << 20;

    /// <summary>Bytes of what guests print that may wait: the rest is kept for the server's own lines.</summary>
    public const int MaxOutputWaiting = MaxWaiting / 2;

    private const int FirstCapacity = 64 << 10;
    private const int KeptCapacity = 1 << 20;

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    // Waking a thread costs more than a line: the first line of a while wakes it, and it waits for others.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ManualResetEventSlim _ending = new();
    private readonly Action<ReadOnlyMemory<byte>, long> _write;
    private readonly IDisposable? _destination;
    private readonly Thread _thread;
    private ArrayBufferWriter<byte> _waiting = new(FirstCapacity);
    private ArrayBufferWriter<byte> _writing = new(FirstCapacity);
    private long _dropped;
    private bool _isAwake;
    private bool _isBroken;

    /// <summary>A queue that is running.</summary>
    /// <param name="write">Takes whole lines, and how many were dropped since the last time.</param>
    /// <param name="destination">Disposed after the last line.</param>
    public LineQueue(Action<ReadOnlyMemory<byte>, long> write, IDisposable? destination = null)
    {
        _write = write;
        _destination = destination;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Adds a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isOutput">Whether a guest printed it.</param>
    public void Add(ReadOnlySpan<byte> line, bool isOutput = false)
    {
        lock (_gate)
        {
            if (_isBroken || _ending.IsSet)
            {
                return;
            }

            if (_waiting.WrittenCount + line.Length > (isOutput ? MaxOutputWaiting : MaxWaiting))
            {
                _dropped++;
            }
            else
            {
                _waiting.Write(line);
            }

            if (_isAwake)
            {
                return;
            }

            _isAwake = true;
        }

        _wake.Release();
    }

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ending.IsSet)
            {
                return;
            }

            _ending.Set();
        }

        _wake.Release();
        if (_thread.Join(EndLimit))
        {
            _destination?.Dispose();
            _wake.Dispose();
            _ending.Dispose();
        }
    }

    private void Run()
    {
        try
        {
            while (!_ending.IsSet)
            {
                _wake.Wait();
                do
                {
                    _ending.Wait(Gathering);
                }
                while (WriteWaiting());
            }

            WriteWaiting();
        }
        catch (IOException)
        {
            // Whoever read it is gone; the server goes on without.
            lock (_gate)
            {
                _isBroken = true;
                _waiting = _writing = new ArrayBufferWriter<byte>();
            }
        }
    }

    /// <summary>Writes what came. False when nothing did: then the next line wakes the thread.</summary>
    private bool WriteWaiting()
    {
        long dropped;
        lock (_gate)
        {
            dropped = _dropped;
            _dropped = 0;
            if (_waiting.WrittenCount == 0 && dropped == 0)
            {
                _isAwake = false;
                return false;
            }

            (_waiting, _writing) = (_writing, _waiting);
        }

        _write(_writing.WrittenMemory, dropped);
        if (_writing.Capacity > KeptCapacity)
        {
            // What one flood needed is not kept for the next one.
            _writing = new ArrayBufferWriter<byte>(FirstCapacity);
        }

        _writing.ResetWrittenCount();
        return true;
    }
}
