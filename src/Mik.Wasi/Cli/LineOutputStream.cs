using Mik.Components.HostBinding;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Cli;

/// <summary>
/// Standard output or error as a stream. Several handles share the lines, so dropping one ends nothing. A guest that keeps its handle from one request to
/// another writes for the one that runs.
/// </summary>
internal sealed class LineOutputStream(WasiContext wasi, bool isError) : OutputStream
{
    /// <inheritdoc/>
    public override Result<ulong, StreamError> CheckWrite() => (ulong)WasiLimits.WriteBudgetBytes;

    /// <inheritdoc/>
    public override Result<Unit, StreamError> Flush() => default(Unit);

    /// <inheritdoc/>
    protected override bool IsReady() => true;

    /// <inheritdoc/>
    protected override Task WhenReady() => Task.CompletedTask;

    /// <inheritdoc/>
    protected override Result<Unit, StreamError> Append(ReadOnlySpan<byte> contents)
    {
        wasi.Current.LinesOf(isError).Write(contents);
        return default(Unit);
    }
}
