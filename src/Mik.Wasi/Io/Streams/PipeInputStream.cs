using System.Buffers;
using System.IO.Pipelines;
using Mik.Components.HostBinding;

namespace Mik.Wasi.Io.Streams;

/// <summary>Reads a body from a pipe. The pipe's buffers are handed to the guest's memory with one copy.</summary>
internal sealed class PipeInputStream(PipeReader reader) : InputStream
{
    private ReadOnlySequence<byte> _available;
    private bool _hasResult;
    private bool _isCompleted;
    private Task<ReadResult>? _pending;
    private IoError? _failure;

    /// <summary>Whether the end was reached.</summary>
    public bool IsAtEnd => _isCompleted && _available.IsEmpty;

    /// <summary>Why reading failed, or null.</summary>
    public IoError? Failure => _failure;

    /// <inheritdoc/>
    public override Result<ReadOnlyMemory<byte>, StreamError> Read(ulong len)
    {
        Fill();
        if (_available.IsEmpty)
        {
            return _failure is { } failure ? StreamError.Failed(failure)
                : _isCompleted ? StreamError.Closed
                : ReadOnlyMemory<byte>.Empty;
        }
        var chunk = _available.First;
        chunk = chunk[..(int)Math.Min((ulong)Math.Min(chunk.Length, WasiLimits.ReadBytes), len)];
        _available = _available.Slice(chunk.Length);
        return chunk;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        GiveBack(_available.Start);
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override bool IsReady()
    {
        Fill();
        return !_available.IsEmpty || _isCompleted || _failure is not null;
    }

    /// <inheritdoc/>
    protected override Task WhenReady() => _pending ??= reader.ReadAsync(CancellationToken.None).AsTask();

    // Takes what has arrived; never waits.
    private void Fill()
    {
        if (!_available.IsEmpty || _isCompleted || _failure is not null)
        {
            return;
        }
        try
        {
            GiveBack(_available.End);
            if (_pending is null)
            {
                if (reader.TryRead(out var result))
                {
                    Take(result);
                    return;
                }
                _ = WhenReady();
            }
            if (_pending!.IsCompleted)
            {
                var pending = _pending;
                _pending = null;
                Take(pending.GetAwaiter().GetResult());
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            _pending = null;
            _failure = new IoError(exception.Message, exception);
        }
    }

    private void Take(ReadResult result)
    {
        _available = result.Buffer;
        _hasResult = true;
        _isCompleted = result.IsCompleted;
        if (_available.IsEmpty && !_isCompleted)
        {
            // Whoever waits reads next, and a pipe wants back what it gave before it is read again.
            GiveBack(_available.End);
        }
    }

    // Positions belong to the read that gave them: afterwards none is left.
    private void GiveBack(SequencePosition consumed)
    {
        if (_hasResult)
        {
            _hasResult = false;
            _available = default;
            reader.AdvanceTo(consumed);
        }
    }
}
