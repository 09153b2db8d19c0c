using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Io.Streams;

/// <summary><c>wasi:io/streams</c>: <c>resource output-stream</c>.</summary>
[WitResource("wasi:io/streams", "output-stream")]
internal abstract class OutputStream : IPollSource, IDisposable
{
    /// <summary><c>check-write: func() -> result&lt;u64, stream-error&gt;</c></summary>
    public abstract Result<ulong, StreamError> CheckWrite();

    /// <summary><c>write: func(contents: list&lt;u8&gt;) -> result&lt;_, stream-error&gt;</c></summary>
    /// <exception cref="Trap">More than <see cref="CheckWrite"/> permitted.</exception>
    public Result<Unit, StreamError> Write(ReadOnlySpan<byte> contents)
    {
        var budget = CheckWrite();
        if (!budget.IsOk)
        {
            return budget.Error;
        }
        if ((ulong)contents.Length > budget.Value)
        {
            throw new Trap(TrapKind.LimitExceeded, $"write of {contents.Length} bytes where check-write permitted {budget.Value}");
        }
        return Append(contents);
    }

    /// <summary><c>blocking-write-and-flush: func(contents: list&lt;u8&gt;) -> result&lt;_, stream-error&gt;</c></summary>
    /// <remarks>The WIT allows 4096 bytes; published guests write more, so any length is accepted.</remarks>
    public Result<Unit, StreamError> BlockingWriteAndFlush(WasiContext wasi, ReadOnlySpan<byte> contents)
    {
        while (!contents.IsEmpty)
        {
            var budget = WaitForBudget(wasi);
            if (!budget.IsOk)
            {
                return budget.Error;
            }
            var length = (int)Math.Min(budget.Value, (ulong)contents.Length);
            var written = Append(contents[..length]);
            if (!written.IsOk)
            {
                return written;
            }
            contents = contents[length..];
        }
        return BlockingFlush(wasi);
    }

    /// <summary><c>flush: func() -> result&lt;_, stream-error&gt;</c></summary>
    public abstract Result<Unit, StreamError> Flush();

    /// <summary><c>blocking-flush: func() -> result&lt;_, stream-error&gt;</c></summary>
    public Result<Unit, StreamError> BlockingFlush(WasiContext wasi)
    {
        var flushed = Flush();
        if (!flushed.IsOk)
        {
            return flushed;
        }
        Pollable.Wait(this, wasi);
        var state = CheckWrite();
        return state.IsOk ? default(Unit) : state.Error;
    }

    /// <summary><c>subscribe: func() -> pollable</c></summary>
    public Pollable Subscribe() => new(this);

    /// <summary><c>write-zeroes: func(len: u64) -> result&lt;_, stream-error&gt;</c></summary>
    public Result<Unit, StreamError> WriteZeroes(ulong len)
    {
        if (len > WasiLimits.WriteBudgetBytes)
        {
            throw new Trap(TrapKind.LimitExceeded, $"write-zeroes of {len} bytes where check-write permitted less");
        }
        return Write(Zeroes.AsSpan(0, (int)len));
    }

    /// <summary><c>blocking-write-zeroes-and-flush: func(len: u64) -> result&lt;_, stream-error&gt;</c></summary>
    public Result<Unit, StreamError> BlockingWriteZeroesAndFlush(WasiContext wasi, ulong len)
    {
        while (len > 0)
        {
            var length = (int)Math.Min(len, (ulong)Zeroes.Length);
            var written = BlockingWriteAndFlush(wasi, Zeroes.AsSpan(0, length));
            if (!written.IsOk)
            {
                return written;
            }
            len -= (ulong)length;
        }
        return default(Unit);
    }

    /// <summary><c>splice: func(src: borrow&lt;input-stream&gt;, len: u64) -> result&lt;u64, stream-error&gt;</c></summary>
    public Result<ulong, StreamError> Splice(InputStream src, ulong len)
    {
        var budget = CheckWrite();
        if (!budget.IsOk)
        {
            return budget.Error;
        }
        var read = src.Read(Math.Min(len, budget.Value));
        if (!read.IsOk)
        {
            return read.Error;
        }
        var written = Append(read.Value.Span);
        return written.IsOk ? (ulong)read.Value.Length : written.Error;
    }

    /// <summary><c>blocking-splice: func(src: borrow&lt;input-stream&gt;, len: u64) -> result&lt;u64, stream-error&gt;</c></summary>
    public Result<ulong, StreamError> BlockingSplice(WasiContext wasi, InputStream src, ulong len)
    {
        if (len > 0)
        {
            Pollable.Wait(this, wasi);
            Pollable.Wait(src, wasi);
        }
        return Splice(src, len);
    }

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

    /// <summary>Takes bytes within the budget.</summary>
    protected abstract Result<Unit, StreamError> Append(ReadOnlySpan<byte> contents);

    private static byte[] Zeroes { get; } = new byte[WasiLimits.WriteBudgetBytes];

    private Result<ulong, StreamError> WaitForBudget(WasiContext wasi)
    {
        while (true)
        {
            var budget = CheckWrite();
            if (!budget.IsOk || budget.Value > 0)
            {
                return budget;
            }
            Pollable.Wait(this, wasi);
        }
    }
}
