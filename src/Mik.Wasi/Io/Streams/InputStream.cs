using Mik.Components.HostBinding;

namespace Mik.Wasi.Io.Streams;

/// <summary><c>wasi:io/streams</c>: <c>resource input-stream</c>. Bytes that are returned stay valid until the next operation.</summary>
[WitResource("wasi:io/streams", "input-stream")]
internal abstract class InputStream : IPollSource, IDisposable
{
    /// <summary><c>read: func(len: u64) -> result&lt;list&lt;u8&gt;, stream-error&gt;</c></summary>
    public abstract Result<ReadOnlyMemory<byte>, StreamError> Read(ulong len);

    /// <summary><c>blocking-read: func(len: u64) -> result&lt;list&lt;u8&gt;, stream-error&gt;</c></summary>
    public Result<ReadOnlyMemory<byte>, StreamError> BlockingRead(WasiContext wasi, ulong len)
    {
        if (len > 0)
        {
            Pollable.Wait(this, wasi);
        }
        return Read(len);
    }

    /// <summary><c>skip: func(len: u64) -> result&lt;u64, stream-error&gt;</c></summary>
    public Result<ulong, StreamError> Skip(ulong len) => CountOf(Read(len));

    /// <summary><c>blocking-skip: func(len: u64) -> result&lt;u64, stream-error&gt;</c></summary>
    public Result<ulong, StreamError> BlockingSkip(WasiContext wasi, ulong len) => CountOf(BlockingRead(wasi, len));

    /// <summary><c>subscribe: func() -> pollable</c></summary>
    public Pollable Subscribe() => new(this);

    /// <inheritdoc/>
    bool IPollSource.IsReady() => IsReady();

    /// <inheritdoc/>
    Task IPollSource.WhenReady() => WhenReady();

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Whether an operation would not have to wait now.</summary>
    protected abstract bool IsReady();

    /// <summary>A task that ends when that may be so; only called when it is not.</summary>
    protected abstract Task WhenReady();

    private static Result<ulong, StreamError> CountOf(Result<ReadOnlyMemory<byte>, StreamError> read) =>
        read.IsOk ? (ulong)read.Value.Length : read.Error;
}
