using Mik.Components.HostBinding;

namespace Mik.Wasi.Io.Streams;

/// <summary>A stream that has ended: standard input.</summary>
internal sealed class EmptyInputStream : InputStream
{
    /// <inheritdoc/>
    public override Result<ReadOnlyMemory<byte>, StreamError> Read(ulong len) => StreamError.Closed;

    /// <inheritdoc/>
    protected override bool IsReady() => true;

    /// <inheritdoc/>
    protected override Task WhenReady() => Task.CompletedTask;
}
