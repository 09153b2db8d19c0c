using Mik.Components.HostBinding;

namespace Mik.Wasi.Io;

/// <summary><c>wasi:io/error</c>: <c>resource error</c>.</summary>
[WitResource("wasi:io/error", "error")]
internal sealed class IoError(string message, object? cause = null)
{
    /// <summary>What it comes from, for whoever has names for that.</summary>
    public object? Cause { get; } = cause;

    /// <summary><c>to-debug-string: func() -> string</c></summary>
    public string ToDebugString() => message;
}
