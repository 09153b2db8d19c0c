using Mik.Components.HostBinding;

namespace Mik.Wasi.Io.Streams;

/// <summary><c>wasi:io/streams</c>: <c>variant stream-error</c>.</summary>
[WitCase("last-operation-failed", typeof(IoError))]
[WitCase("closed")]
internal readonly record struct StreamError(int Case, object? Payload) : IWitVariant
{
    /// <summary>The stream has ended.</summary>
    public static StreamError Closed => new(1, null);

    /// <summary>The operation failed, and the stream is closed.</summary>
    public static StreamError Failed(IoError error) => new(0, error);
}
