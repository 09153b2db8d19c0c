using System.Buffers;
using System.IO.Pipelines;
using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Io.Streams;

/// <summary>
/// Writes a body to a pipe with back-pressure. Bytes written before the pipe is known (a body may be written before its
/// response is set) are held within <see cref="WasiLimits.EarlyBodyBytes"/>.
/// </summary>
/// <param name="length">What holds the written length against the declared one.</param>
/// <param name="missing">What the guest has not called while no pipe is known.</param>
/// <param name="budget">What the bytes draw on that are held.</param>
internal sealed class PipeOutputStream(IBodyLength? length = null, string missing = "response-outparam.set", ResourceBudget? budget = null)
    : OutputStream, IUnsentBytes
{
    private const int FirstCapacity = 256;

    // Each piece of a write lies in one place, so that a chunk of HTTP/1.1 is not smaller: clients pay for each.
    private const int PieceBytes = WasiLimits.WriteBudgetBytes;

    private long _held;
    private Task? _unattached;
    private ArrayBufferWriter<byte>? _early;
    private PipeWriter? _writer;
    private Task<FlushResult>? _flush;
    private int _unflushed;
    private IoError? _failure;
    private bool _isClosed;
    private bool _hasFlushed;
    private volatile bool _isNotWanted;

    /// <summary>Bytes accepted so far.</summary>
    public ulong BytesWritten { get; private set; }

    /// <summary>Connects the stream with its pipe and sends what was held.</summary>
    public void Attach(PipeWriter writer)
    {
        _writer = writer;
        if (_early is { } early)
        {
            _early = null;
            writer.Write(early.WrittenSpan);
            _unflushed = early.WrittenCount;
            StartFlush();
        }
    }

    /// <summary>No more can be written.</summary>
    public void Close() => _isClosed = true;

    /// <summary>That the reader goes is no failure: it has what it wants. Called on any thread.</summary>
    public void EndEarly() => _isNotWanted = true;

    /// <summary>No more can be written, and nobody needs what is held.</summary>
    public void Abandon()
    {
        _isClosed = true;
        _early = null;
        GiveBack();
    }

    /// <summary>Nothing is held any more of what was written before the pipe was known.</summary>
    public void GiveBack() => budget?.Release(Interlocked.Exchange(ref _held, 0));

    /// <inheritdoc/>
    public override Result<ulong, StreamError> CheckWrite()
    {
        Settle();
        if (_failure is { } failure)
        {
            return StreamError.Failed(failure);
        }
        if (_isClosed)
        {
            return StreamError.Closed;
        }
        if (_writer is null)
        {
            return (ulong)Math.Min(WasiLimits.WriteBudgetBytes, WasiLimits.EarlyBodyBytes - (_early?.WrittenCount ?? 0));
        }
        return _flush is null ? (ulong)(WasiLimits.WriteBudgetBytes - _unflushed) : 0;
    }

    /// <inheritdoc/>
    public override Result<Unit, StreamError> Flush()
    {
        Settle();
        if (_failure is { } failure)
        {
            return StreamError.Failed(failure);
        }
        if (_isClosed)
        {
            return StreamError.Closed;
        }
        Send();
        return default(Unit);
    }

    /// <summary>Starts sending what is there; at first the head of the message, even before any of its body.</summary>
    public void Send()
    {
        Settle();
        StartFlush(evenIfEmpty: !_hasFlushed);
    }

    /// <summary>The flush under way, or null.</summary>
    public Task? Flushing
    {
        get
        {
            Settle();
            return _flush;
        }
    }

    /// <summary>Whether the reader has gone, or the bytes are not what was declared.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Waits for a flush under way. Bytes after it go out when the message is completed.</summary>
    public void Drain(WasiContext wasi)
    {
        if (_flush is { } flush)
        {
            wasi.Wait(flush);
            Settle();
        }
    }

    /// <inheritdoc/>
    protected override Result<Unit, StreamError> Append(ReadOnlySpan<byte> contents)
    {
        BytesWritten += (ulong)contents.Length;
        if (length?.Check() is { } refused)
        {
            _failure = refused;
            return StreamError.Failed(refused);
        }
        if (_writer is null)
        {
            Hold(contents);
            return default(Unit);
        }
        _unflushed += contents.Length;
        while (!contents.IsEmpty)
        {
            var piece = contents[..Math.Min(PieceBytes, contents.Length)];
            piece.CopyTo(_writer.GetSpan(piece.Length));
            _writer.Advance(piece.Length);
            contents = contents[piece.Length..];
        }
        if (_unflushed >= WasiLimits.WriteBudgetBytes)
        {
            StartFlush();
        }
        return default(Unit);
    }

    /// <inheritdoc/>
    /// <remarks>Before a pipe is there, a stream with room is ready; without room it waits for the pipe, which nobody but the waiting guest brings.</remarks>
    protected override bool IsReady()
    {
        Settle();
        if (_failure is not null || _isClosed)
        {
            return true;
        }
        if (_writer is null)
        {
            return (_early?.WrittenCount ?? 0) < WasiLimits.EarlyBodyBytes;
        }
        // A guest that waits wants its bytes to be on their way.
        StartFlush();
        return _flush is null;
    }

    /// <inheritdoc/>
    protected override Task WhenReady() => _flush ?? (_writer is null ? _unattached ??= Endless() : Task.CompletedTask);

    private Task Endless() => new EndlessWait(
        $"it waits for room in a body of which {_early!.WrittenCount} bytes are kept, and nobody takes them before it calls {missing}").ToTask();

    private void Hold(ReadOnlySpan<byte> contents)
    {
        if ((_early?.FreeCapacity ?? 0) < contents.Length)
        {
            var capacity = _early?.Capacity ?? 0;
            var added = Math.Max(contents.Length, Math.Max(capacity, FirstCapacity));
            budget?.Charge(LimitedResource.Body, added);
            _held += added;
            _early ??= new(added);
        }
        _early!.Write(contents);
    }

    private void StartFlush(bool evenIfEmpty = false)
    {
        if (_writer is null || _flush is not null || _failure is not null || (_unflushed == 0 && !evenIfEmpty))
        {
            return;
        }
        _hasFlushed = true;
        _unflushed = 0;
        try
        {
            var flush = _writer.FlushAsync(CancellationToken.None);
            if (flush.IsCompletedSuccessfully)
            {
                Take(flush.Result);
            }
            else
            {
                _flush = flush.AsTask();
                Settle();
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            Fail(exception);
        }
    }

    private void Settle()
    {
        if (_flush is not { IsCompleted: true } flush)
        {
            return;
        }
        _flush = null;
        if (flush.IsCompletedSuccessfully)
        {
            Take(flush.Result);
        }
        else
        {
            Fail(flush.Exception?.InnerException ?? new OperationCanceledException());
        }
    }

    private void Take(FlushResult result)
    {
        if (result.IsCompleted && _isNotWanted)
        {
            _isClosed = true;
        }
        else if (result.IsCompleted || result.IsCanceled)
        {
            _failure ??= new IoError("the reader of the body has gone", new IOException());
        }
    }

    private void Fail(Exception exception) => _failure ??= new IoError(exception.Message, exception);
}
